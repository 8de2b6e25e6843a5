#include "compiler/language/other_names.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace sganc {
namespace {

struct OtherNames {
  std::vector<std::string_view> words;  // in lower case, without underscores
  std::string_view help;
};

const std::vector<OtherNames>& table() {
  static const std::vector<OtherNames> names = {
      // functions
      {{"binarycrossentropy", "bceloss"}, "it is called bce(p, t)"},
      {{"bcewithlogits", "sigmoidcrossentropy"},
       "write bce(sigmoid(a), t), which is computed from the logits a"},
      {{"crossentropyloss", "categoricalcrossentropy", "sparsecategoricalcrossentropy", "nllloss",
        "softmaxcrossentropy"},
       "it is called cross_entropy(p, y); with p = softmax(a) it is computed from the logits a"},
      {{"meansquarederror", "mseloss"}, "it is called mse(a, b)"},
      {{"meanabsoluteerror", "mae", "l1loss"}, "it is called l1(a, b)"},
      {{"kldiv", "kldivergence", "kldivloss"}, "it is called kl(p, q)"},
      {{"hingeloss"}, "it is called hinge(a, t)"},
      {{"logsoftmax"}, "write log(softmax(a))"},
      {{"detach", "nograd"}, "it is called stop_gradient(a)"},
      {{"clamp", "clipbyvalue"}, "it is called clip(a, low, high)"},
      {{"pow", "power"}, "write square(a), sqrt(a), or exp(p * log(a))"},
      {{"norm", "l2norm"}, "write sqrt(sum(square(a)))"},
      {{"std", "stddev", "var", "variance"}, "write mean(square(a - mean(a))), or its sqrt"},
      {{"reducemean"}, "it is called mean(a, AXIS)"},
      {{"reducesum"}, "it is called sum(a, AXIS)"},
      {{"gradient", "gradients", "grad", "gradientpenalty"},
       "expressions take no gradients; norm = \"spectral_norm\" in a critic's layers, or clip_weights in its "
       "update, limit its slope"},
      // layers
      {{"linear", "fc", "fullyconnected"}, "it is called dense"},
      {{"conv2d", "convolution", "convolution2d"}, "it is called conv"},
      {{"conv2dtranspose", "convtranspose2d", "deconv", "deconvolution", "transposedconv"},
       "it is called conv_transpose"},
      {{"batchnorm2d", "batchnorm1d", "batchnormalization"}, "it is called batch_norm"},
      {{"layernormalization"}, "it is called layer_norm"},
      {{"groupnormalization"}, "it is called group_norm"},
      {{"instancenorm2d", "instancenormalization"}, "it is called instance_norm"},
      {{"maxpool2d", "maxpooling2d", "maxpooling"}, "it is called max_pool"},
      {{"avgpool", "avgpool2d", "averagepooling2d", "averagepooling"}, "it is called average_pool"},
      {{"globalaveragepooling2d", "globalavgpool", "adaptiveavgpool2d"}, "it is called global_average_pool"},
      {{"globalmaxpooling2d", "adaptivemaxpool2d"}, "it is called global_max_pool"},
      {{"upsampling2d", "upsampling", "interpolate", "resize"}, "it is called upsample"},
      {{"silu"}, "it is called swish"},
      {{"concatenate", "cat"}, "it is called concat"},
      {{"cropping2d", "cropping", "cut"}, "it is called trim"},
      {{"zeropadding2d", "zeropad2d", "pad"}, "padding is a key of conv: padding = [1, 1]"},
      {{"activation"}, "each activation is a layer of its own: { kind = \"relu\" }"},
      {{"spectralnorm", "spectralnormalization", "weightnorm", "weightnormalization"},
       "it is a key of dense and conv: norm = \"spectral_norm\" or \"weight_norm\""},
      {{"minibatchdiscrimination", "minibatchstddev", "minibatchstd"},
       "minibatch_deviation lets a critic see how much a batch varies"},
      // optimizers
      {{"momentum"}, "write { kind = \"sgd\", momentum = 0.9 }"},
  };
  return names;
}

}  // namespace

std::optional<std::string> instead_of(std::string_view word) {
  std::string plain;
  for (const char c : word)
    if (c != '_' && c != '-') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const auto& [words, help] : table())
    if (std::ranges::find(words, plain) != words.end()) return std::string(help);
  return {};
}

}  // namespace sganc
