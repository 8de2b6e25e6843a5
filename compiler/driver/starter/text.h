#pragma once
// The texts of first models. Words between "@" stand for what depends on the images: see model.cpp.

namespace sganc {

extern const char* const kStarterGan;
/// A net that learns from labels, and from the images without one by spreading the labels over them.
extern const char* const kStarterFewLabels;
/// A net that learns from labels alone, for images that all have one.
extern const char* const kStarterAllLabels;
// Parts of both: "@CLASSIFIER@", the net; "@DISTORTIONS@", keys of [augment]; "@END@", from the length of the
// training on.
extern const char* const kStarterClassifier;
extern const char* const kStarterDistortions;
extern const char* const kStarterEnd;

}  // namespace sganc
