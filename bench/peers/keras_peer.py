"""The training step in Keras on TensorFlow: the tutorial's loop of `train_on_batch`, or the whole step as one
`tf.function`, plain or with XLA; in f32 or in Keras's mixed bfloat16."""

from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf

from declaration import Declaration, Update
from keras_nets import MODELS, Stacked
from peer import Arrays, pool_of, random_data

Batch = Mapping[str, tf.Tensor | np.ndarray]


def use_threads(threads: int) -> None:
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def to_keras(array: np.ndarray) -> np.ndarray:
    """Converts a weight from PyTorch's axis order, which checkpoints have, to Keras's."""
    return array.transpose((2, 3, 1, 0)) if array.ndim == 4 else array.T


def from_keras(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array.transpose((3, 2, 0, 1)) if array.ndim == 4 else array.T)


class KerasPeer:
    """The part that both ways to train share: nets, optimizers, data."""

    def __init__(
        self, declaration: Declaration, threads: int, *, bf16: bool = False, dropout: float | None = None
    ):
        use_threads(threads)
        keras.mixed_precision.set_global_policy("mixed_bfloat16" if bf16 else "float32")
        self.declaration = declaration
        self.model = MODELS[declaration.name](**({} if dropout is None else {"dropout": dropout}))
        self.images, self.labels = random_data(declaration.image)
        self.optimizers = {
            name: keras.optimizers.Adam(keys["rate"], keys["beta1"], epsilon=1e-7)
            for name, keys in declaration.optimizers.items()
        }
        for update in declaration.updates:
            self.optimizers[update.optimizer].build(self.trained_by(update))
        self.classifier: keras.Model | None = None

    def trained_by(self, update: Update) -> list[keras.Variable]:
        return [w for net in update.trains for w in self.model.nets[net].trainable_variables]

    def named_weights(self) -> dict[str, keras.Variable]:
        """The weights by their names in checkpoints. The model's layers must have those names."""
        found = {}
        for net, layers in self.model.nets.items():
            for layer in layers.layers:
                for weight in layer.weights:
                    if weight.name in ("kernel", "bias"):
                        word = "weight" if weight.name == "kernel" else "bias"
                        found[f"{net}.{layer.name}.{word}"] = weight
        return found

    def load(self, weights: Arrays) -> None:
        for name, weight in self.named_weights().items():
            weight.assign(to_keras(weights[name]))
        for optimizer in self.optimizers.values():
            for variable in (optimizer.iterations, *optimizer._momentums, *optimizer._velocities):
                variable.assign(np.zeros(variable.shape))

    def state(self) -> dict[str, np.ndarray]:
        weights = self.named_weights()
        found = {name: from_keras(weight.numpy()) for name, weight in weights.items()}
        for update in self.declaration.updates:
            moments = self.optimizers[update.optimizer]._momentums
            for weight, moment in zip(self.trained_by(update), moments):
                name = next(n for n, w in weights.items() if w is weight)
                found[f"{update.optimizer}.m.{name}"] = from_keras(moment.numpy())
        return found

    def evaluate(self, images: np.ndarray, labels: np.ndarray, batch: int) -> float:
        if self.classifier is None:
            nets = self.model.nets
            self.classifier = keras.Sequential([nets["trunk"], nets["logits"]])
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            self.classifier.compile(loss=loss, metrics=["accuracy"], jit_compile=False)
        return self.classifier.evaluate(images, labels, batch_size=batch, verbose=0)[1]

    def versions(self) -> dict[str, str]:
        return {"Keras": keras.__version__, "TensorFlow": tf.__version__}


class KerasFunction(KerasPeer):
    """The whole step, with its draws, is one function, which TensorFlow or XLA compiles as a whole."""

    def __init__(
        self,
        declaration: Declaration,
        threads: int,
        *,
        xla: bool = False,
        bf16: bool = False,
        dropout: float | None = None,
    ):
        super().__init__(declaration, threads, bf16=bf16, dropout=dropout)
        self.data = tf.constant(self.images), tf.constant(self.labels)
        self.weights = [w for net in self.model.nets.values() for w in net.weights if "seed" not in w.path]
        self.averages = [tf.Variable(w.value) for w in self.weights] if declaration.average else []
        self.whole_step = tf.function(self.draw_and_run, jit_compile=xla)
        self.given_step = tf.function(self.run, jit_compile=xla)

    def draw(self, update: Update) -> dict[str, tf.Tensor]:
        batch, (images, labels) = {}, self.data
        for name, drawn in update.draws.items():
            if drawn.source == "latent":
                shape = (drawn.count, self.declaration.latent)
                normal = self.declaration.normal
                batch[name] = tf.random.normal(shape) if normal else tf.random.uniform(shape, -1, 1)
            else:
                index = tf.random.uniform((drawn.count,), maxval=pool_of(drawn.source), dtype=tf.int32)
                batch[name] = tf.gather(images, index)
                if drawn.source == "labeled":
                    batch[f"{name}_label"] = tf.gather(labels, index)
        return batch

    def run_update(self, update: Update, batch: Batch) -> tf.Tensor:
        weights = self.trained_by(update)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([weight.value for weight in weights])
            loss = self.model.losses()[update.name](**batch)
        gradients = tape.gradient(loss, [weight.value for weight in weights])
        self.optimizers[update.optimizer].apply(gradients, weights)
        return loss

    def run(self, batches: Mapping[str, Batch]) -> dict[str, tf.Tensor]:
        updates = self.declaration.updates
        losses = {update.name: self.run_update(update, batches[update.name]) for update in updates}
        for average, weight in zip(self.averages, self.weights):
            average.assign_add((weight.value - average) * (1 - self.declaration.average))
        return losses

    def draw_and_run(self) -> dict[str, tf.Tensor]:
        return self.run({update.name: self.draw(update) for update in self.declaration.updates})

    def step(self) -> None:
        for loss in self.whole_step().values():
            loss.numpy()

    def step_on(self, batch: Arrays) -> dict[str, float]:
        batches: dict[str, dict[str, tf.Tensor]] = {update.name: {} for update in self.declaration.updates}
        for name, array in batch.items():
            update, variable = name.split(".")
            batches[update][variable] = tf.constant(array)
        return {name: float(loss) for name, loss in self.given_step(batches).items()}


class HeldStill(keras.Model):
    """The generator, followed by a critic that is not trained."""

    def __init__(self, generator: keras.Model, critic: keras.Model):
        super().__init__()
        self.generator, self.critic = generator, critic

    def call(self, latent: tf.Tensor, training: bool = False) -> tf.Tensor:
        return self.critic(self.generator(latent, training=training), training=training)

    @property
    def trainable_weights(self) -> list[keras.Variable]:
        return self.generator.trainable_weights


class KerasTrainOnBatch(KerasPeer):
    """As in the tutorial: three compiled models, batches of NumPy arrays."""

    def __init__(
        self, declaration: Declaration, threads: int, *, bf16: bool = False, dropout: float | None = None
    ):
        super().__init__(declaration, threads, bf16=bf16, dropout=dropout)
        assert isinstance(self.model, Stacked)
        generator, trunk, logits = (self.model.nets[net] for net in ("generator", "trunk", "logits"))
        image = keras.Input(declaration.image)
        found = logits(trunk(image))
        log_z = keras.layers.Lambda(lambda l: tf.reduce_logsumexp(l, axis=1, keepdims=True))(found)
        self.c_model, self.d_model = keras.Model(image, found), keras.Model(image, log_z)
        self.generator, self.gan = generator, HeldStill(generator, self.d_model)
        by_class = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        real_or_not = keras.losses.BinaryCrossentropy(from_logits=True)
        adam = self.optimizers
        self.c_model.compile(adam["supervised"], by_class, metrics=["accuracy"], jit_compile=False)
        self.d_model.compile(adam["unsupervised"], real_or_not, jit_compile=False)
        self.gan.compile(adam["generator"], real_or_not, jit_compile=False)
        self.random = np.random.default_rng(0)

    def draw(self) -> dict[str, np.ndarray]:
        batch = {}
        for update in self.declaration.updates:
            for name, drawn in update.draws.items():
                if drawn.source == "latent":
                    shape = (drawn.count, self.declaration.latent)
                    batch[f"{update.name}.{name}"] = self.random.standard_normal(shape, np.float32)
                else:
                    index = self.random.integers(pool_of(drawn.source), size=drawn.count)
                    batch[f"{update.name}.{name}"] = self.images[index]
                    if drawn.source == "labeled":
                        batch[f"{update.name}.{name}_label"] = self.labels[index]
        return batch

    def step(self) -> None:
        self.step_on(self.draw())

    def step_on(self, batch: Arrays) -> dict[str, float]:
        def train(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
            model.reset_metrics()
            return float(np.ravel(model.train_on_batch(x, y))[0])

        x, z = batch["d_real.x"], batch["d_fake.z"]
        c = train(self.c_model, batch["c.x"], batch["c.x_label"])
        d_real = train(self.d_model, x, np.ones((len(x), 1)))
        generated = self.generator.predict_on_batch(z)
        d_fake = train(self.d_model, generated, np.zeros((len(z), 1)))
        g = train(self.gan, batch["g.z"], np.ones((len(batch["g.z"]), 1)))
        return {"c": c, "d_real": d_real, "d_fake": d_fake, "g": g}
