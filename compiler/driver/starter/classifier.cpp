#include "compiler/driver/starter/text.h"

namespace sganc {

const char* const kStarterFewLabels = R"toml(#:schema @SCHEMA@
# A classifier for @NAME@, which learns from the images with a label and from those without.
# 1. A graph ties each image to those that must be bent least to look like it, among fifty alike in shape. Labels
#    spread along the ties (spread.shape). The net learns from them: each counts by its certainty, and each image is
#    a little distorted.
# 2. Soon the net knows better which images are alike. Labels spread again over what it sees and the shapes
#    (spread.both). It learns from them, and agrees with itself on images and distorted images.
# 3. At last it learns from images that are hardly distorted, like those that it will see.
# Zhou et al. 2004; Keysers et al. 2007; Iscen et al. 2019; Sohn et al. 2020; He et al. 2019.
# What to change first: labels; how images are distorted, for what never changes a class; epochs.
# "sganc init --recipe gan" writes a semi-supervised GAN, which also draws images.

@NAME_LINE@

[data]
@DATA@

[input]
@IMAGE@

[net.shape]                             # no weights: where the image grows brighter, and in which direction
of = "image"
layers = [
@SHAPE_LAYERS@]

[net.outline]                           # no weights either: of which each point may move a little
of = "image"
layers = [
@OUTLINE_LAYERS@]

@CLASSIFIER@
[augment.weak]
shift = @SHIFT@@WEAK_FLIP@

[augment.strong]
@DISTORTIONS@
[spread.shape]
features    = { shape = 1 }
standardize = []
neighbours  = 5
rerank      = { net = "outline"@REACH@ }

[spread.both]
features    = { trunk = 0.5, shape = 0.5 }
standardize = ["trunk"]
neighbours  = 5
rerank      = { net = "outline"@REACH@ }
from_step   = @FROM_STEP@
every       = @EVERY@

[optimizer]
adam = { kind = "adam", rate = { from = 2e-3, to = 2e-5, shape = "cosine", warmup = 50 } }

[[update]]
name      = "begin"
draw      = { s = "spread.shape @BATCH@" }
minimize  = "cross_entropy(classifier(augment.strong(s)), label(s), certainty(s))"
train     = ["trunk", "classifier"]
optimizer = "adam"
to_step   = @EVERY@

[[update]]
name       = "agree"
draw       = { s = "spread.both @BATCH@", u = "unlabeled @BATCH@" }
let        = { w = "augment.weak(u)", q = "stop_gradient(classifier(w))" }
minimize   = """cross_entropy(classifier(augment.strong(s)), label(s), certainty(s))
  + cross_entropy(classifier(augment.strong(u)), argmax(q), largest(q) >= 0.95)"""
train      = ["trunk", "classifier"]
statistics = ["w"]                      # not by distorted images, which no evaluation sees
optimizer  = "adam"
from_step  = @FROM_STEP@
to_step    = @AGREE_TO_STEP@

[[update]]
name      = "settle"
draw      = { s = "spread.both @BATCH@" }
minimize  = "cross_entropy(classifier(augment.weak(s)), label(s), certainty(s))"
train     = ["trunk", "classifier"]
optimizer = "adam"
from_step = @SETTLE_FROM_STEP@

@END@)toml";

const char* const kStarterAllLabels = R"toml(#:schema @SCHEMA@
# A classifier for @NAME@, all of whose images have a label.
# What to change first: how images are distorted, for what never changes a class; epochs. "sganc init --recipe gan" writes a semi-supervised GAN, which also draws images.

@NAME_LINE@

[data]
@DATA@

[input]
@IMAGE@

@CLASSIFIER@
[augment]
@DISTORTIONS@
[optimizer]
adam = { kind = "adam", rate = { from = 2e-3, to = 2e-5, shape = "cosine", warmup = 50 } }

[[update]]
name      = "c"
draw      = { x = "labeled @LABELLED_BATCH@" }
minimize  = "cross_entropy(classifier(augment(x)), label(x))"
train     = ["trunk", "classifier"]
optimizer = "adam"

@END@)toml";

const char* const kStarterClassifier = R"toml(@TRUNK@
of = "image"
layers = [
@TRUNK_LAYERS@]

[net.classifier]
of = "trunk"
layers = [{ kind = "dense", units = @CLASSES@ }, { kind = "softmax" }]
)toml";

const char* const kStarterDistortions = R"toml(shift   = @SHIFT@
rotate  = 10
scale   = 0.1
shear   = 0.1
elastic = { strength = @ELASTIC@, smoothness = @SMOOTHNESS@ }
noise   = 0.1
@FLIP@)toml";

const char* const kStarterEnd = R"toml([train]
epochs = 10
@STEPS@

[average]
decay = 0.99

[evaluate]                              # the averaged weights, after every epoch
average    = true
@EVALUATED@

# What to type next:
@COMMANDS@)toml";

}  // namespace sganc
