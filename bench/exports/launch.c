/* Runs a program to its end, and prints the kilobytes of its largest resident set: launch PROGRAM WORDS... Of a child of
 * Python the system would count Python's own memory. */

#define _DEFAULT_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct rusage usage;
  int status = 1;
  const pid_t child = argc > 1 ? fork() : -1;
  if (child == 0) {
    dup2(STDERR_FILENO, STDOUT_FILENO);
    execvp(argv[1], argv + 1);
    _exit(127);
  }
  if (child < 0 || wait4(child, &status, 0, &usage) != child) return 1;
  printf("%ld\n", usage.ru_maxrss);
  return status != 0;
}
