#pragma once
// An open file, pipe or folder, which closes itself.

#include <string>
#include <string_view>

namespace sganc {

/// Writes all bytes. Returns false, with errno set, if that fails.
bool write_all(int descriptor, std::string_view bytes);

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  /// Closes it if it is open. Returns false, with errno set, if the system reports a failure.
  bool close();

  /// Appends the rest of the file to `bytes`. Returns false, with errno set, if that fails.
  bool read_rest(std::string& bytes) const;
  bool write_all(std::string_view bytes) const { return sganc::write_all(number_, bytes); }

 private:
  int number_;
};

}  // namespace sganc
