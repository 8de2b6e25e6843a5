#pragma once

/// The address of the row `name` that another file of namespace sganc defines with `extern const`. It is
/// declared where it is listed, so that a row is one file and one line of a table. For functions of sganc.
#define SGANC_LISTED(Type, name) \
  [] {                           \
    extern const Type name;      \
    return &name;                \
  }()
