#pragma once
// The texts of first models. Words between "@" stand for what depends on the images: see model.cpp.

namespace sganc {

extern const char* const kStarterGan;
/// A net that learns from labels, and from the images without one by spreading the labels over them.
extern const char* const kStarterFewLabels;
/// A net that learns from labels alone, for images that all have one.
extern const char* const kStarterAllLabels;

}  // namespace sganc
