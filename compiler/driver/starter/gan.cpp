#include "compiler/driver/starter/text.h"

namespace sganc {

const char* const kStarterGan = R"toml(#:schema @SCHEMA@
# A semi-supervised GAN for @NAME@: one set of logits serves the classifier, which learns from the labels, and the
# critic, which tells real images from generated ones and learns from all images (Salimans et al. 2016; Odena 2016).
# What to change first: labels and epochs; image and filters, where a step takes too long.

@NAME_LINE@

[data]
@DATA@

[input]
@IMAGE@
latent = { size = 100, distribution = "normal" }

@GENERATOR@
of = "latent"
layers = [
@GENERATOR_LAYERS@]

@TRUNK@
of = "image"
layers = [
@TRUNK_LAYERS@]

[net.logits]                            # shared by both heads: a number a class
of = "trunk"
layers = [{ kind = "dense", units = @CLASSES@ }]

[net.classifier]                        # supervised head
of = "logits"
layers = [{ kind = "softmax" }]

[net.critic]                            # unsupervised head: sigmoid(log Z) = Z / (Z + 1), Z = the sum of exp(logits)
of = "logits"
layers = [{ kind = "logsumexp" }, { kind = "sigmoid" }]

[optimizer]                             # three states, even for the same weights
supervised   = { kind = "adam", rate = 2e-4, beta1 = 0.5 }
unsupervised = { kind = "adam", rate = 2e-4, beta1 = 0.5 }
generator    = { kind = "adam", rate = 2e-4, beta1 = 0.5 }

[[update]]                              # the labelled images, by class
name      = "c"
draw      = { x = "labeled @LABELLED_BATCH@" }
minimize  = "cross_entropy(classifier(x), label(x))"
train     = ["trunk", "logits"]
optimizer = "supervised"

[[update]]                              # real images are real
name      = "d_real"
draw      = { x = "unlabeled @BATCH@" }
minimize  = "bce(critic(x), 1)"
train     = ["trunk", "logits"]
optimizer = "unsupervised"

[[update]]                              # generated images are not
name      = "d_fake"
draw      = { z = "latent @BATCH@" }
minimize  = "bce(critic(generator(z)), 0)"
train     = ["trunk", "logits"]
optimizer = "unsupervised"

[[update]]                              # the generator makes the critic, held still, say "real"
name      = "g"
draw      = { z = "latent @TWO_BATCHES@" }
minimize  = "bce(critic(generator(z)), 1)"
train     = ["generator"]
optimizer = "generator"

[train]
epochs = 20
@STEPS@

[evaluate]                              # after every epoch
classifier = "classifier"
critic     = "critic"
generator  = "generator"
@EVALUATED@

# What to type next:
@COMMANDS@)toml";

}  // namespace sganc
