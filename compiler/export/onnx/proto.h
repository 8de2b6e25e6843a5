#pragma once
// The messages of ONNX files, as the distribution's library defines them.

#define ONNX_ML 1  // the messages that the library was built with
#include <onnx/onnx_pb.h>
