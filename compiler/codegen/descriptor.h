#pragma once
// An open file: closes itself, reads and writes all of it.

#include <unistd.h>

#include <string>
#include <string_view>

namespace sganc {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close();

  /// Appends what is left of the file; false, with errno set, where that fails.
  bool read_rest(std::string& bytes) const;
  /// False, with errno set, where not all can be written.
  bool write_all(std::string_view bytes) const;

 private:
  int number_;
};

}  // namespace sganc
