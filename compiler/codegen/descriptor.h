#pragma once
// An open file, which closes itself.

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

  /// Appends the rest of the file to `bytes`. Returns false, with errno set, if that fails.
  bool read_rest(std::string& bytes) const;
  /// Writes all bytes. Returns false, with errno set, if that fails.
  bool write_all(std::string_view bytes) const;

 private:
  int number_;
};

}  // namespace sganc
