#pragma once

/// The address of the row `name`, which another file of namespace sganc defines with `extern const`. The
/// macro also declares the row, so that a new row takes one file and one line of a table. Only functions of
/// namespace sganc can use the macro.
#define SGANC_LISTED(Type, name) \
  [] {                           \
    extern const Type name;      \
    return &name;                \
  }()
