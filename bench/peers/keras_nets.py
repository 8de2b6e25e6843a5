"""The nets of the model files and the losses of their updates, in Keras. Layers have their names in checkpoints."""

from collections.abc import Callable

import keras
import tensorflow as tf
from keras import layers

SLOPE = 0.2


def leaky() -> layers.Layer:
    return layers.LeakyReLU(negative_slope=SLOPE)


class WeightNormDense(layers.Layer):
    """A dense layer whose kernel has a direction and a length for each output. With gain=False the length stays."""

    def __init__(self, units: int, gain: bool = True):
        super().__init__()
        self.units, self.gain = units, gain

    def build(self, shape: tuple[int, ...]) -> None:
        self.v = self.add_weight(name="v", shape=(shape[-1], self.units), initializer="glorot_uniform")
        self.g = self.add_weight(name="g", shape=(self.units,), initializer="ones", trainable=self.gain)
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, x: tf.Tensor) -> tf.Tensor:
        v = tf.convert_to_tensor(self.v)
        kernel = v * (self.g * tf.math.rsqrt(tf.reduce_sum(tf.square(v), axis=0)))
        return tf.matmul(x, kernel) + self.bias


def log_z_of(logits: tf.Tensor) -> tf.Tensor:
    return tf.reduce_logsumexp(tf.cast(logits, tf.float32), axis=1)


def cross_entropy(logits: tf.Tensor, label: tf.Tensor) -> tf.Tensor:
    logits = tf.cast(logits, tf.float32)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(label, logits))


def called_real(log_z: tf.Tensor) -> tf.Tensor:
    """The mean of -log sigmoid(log_z)."""
    return tf.reduce_mean(tf.nn.softplus(-log_z))


def called_generated(log_z: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.nn.softplus(log_z))


class Model:
    """The nets by name, and for each update a function that returns its loss. Images are NHWC."""

    def __init__(self, nets: dict[str, keras.Model]):
        self.nets = nets

    def run(self, net: str, x: tf.Tensor) -> tf.Tensor:
        return self.nets[net](x, training=True)

    def held_still(self, latent: tf.Tensor) -> tf.Tensor:
        return tf.stop_gradient(self.run("generator", latent))

    def losses(self) -> dict[str, Callable[..., tf.Tensor]]:
        return {}


class Stacked(Model):
    def __init__(self, dropout: float = 0.4):
        wide = {"filters": 128, "strides": 2, "padding": "same"}
        generator = keras.Sequential(
            [
                keras.Input((100,)),
                layers.Dense(6272, name="dense_1"),
                leaky(),
                layers.Reshape((7, 7, 128)),
                layers.Conv2DTranspose(kernel_size=4, name="conv_transpose_1", **wide),
                leaky(),
                layers.Conv2DTranspose(kernel_size=4, name="conv_transpose_2", **wide),
                leaky(),
                layers.Conv2D(1, 7, padding="same", name="conv_1"),
                layers.Activation("tanh", dtype="float32"),
            ]
        )
        trunk = keras.Sequential(
            [
                keras.Input((28, 28, 1)),
                layers.Conv2D(kernel_size=3, name="conv_1", **wide),
                leaky(),
                layers.Conv2D(kernel_size=3, name="conv_2", **wide),
                leaky(),
                layers.Conv2D(kernel_size=3, name="conv_3", **wide),
                leaky(),
                layers.Flatten(),
                layers.Dropout(dropout),
            ]
        )
        logits = keras.Sequential(
            [
                keras.Input((2048,)),
                layers.Dense(10, name="dense_1"),
                layers.Activation("linear", dtype="float32"),
            ]
        )
        super().__init__({"generator": generator, "trunk": trunk, "logits": logits})

    def logits(self, image: tf.Tensor) -> tf.Tensor:
        return self.run("logits", self.run("trunk", image))

    def log_z(self, image: tf.Tensor) -> tf.Tensor:
        return log_z_of(self.logits(image))

    def c(self, x: tf.Tensor, x_label: tf.Tensor) -> tf.Tensor:
        return cross_entropy(self.logits(x), x_label)

    def d_real(self, x: tf.Tensor) -> tf.Tensor:
        return called_real(self.log_z(x))

    def d_fake(self, z: tf.Tensor) -> tf.Tensor:
        return called_generated(self.log_z(self.held_still(z)))

    def g(self, z: tf.Tensor) -> tf.Tensor:
        return called_real(self.log_z(self.run("generator", z)))

    def losses(self) -> dict[str, Callable[..., tf.Tensor]]:
        return {"c": self.c, "d_real": self.d_real, "d_fake": self.d_fake, "g": self.g}


class Dcgan(Model):
    def __init__(self) -> None:
        halved = {"kernel_size": 5, "strides": 2, "padding": "same"}
        generator = keras.Sequential(
            [
                keras.Input((100,)),
                layers.Dense(6272, use_bias=False),
                layers.Reshape((7, 7, 128)),
                layers.BatchNormalization(momentum=0.9),
                layers.ReLU(),
                layers.Conv2DTranspose(64, use_bias=False, **halved),
                layers.BatchNormalization(momentum=0.9),
                layers.ReLU(),
                layers.Conv2DTranspose(1, activation="tanh", **halved),
            ]
        )
        critic = keras.Sequential(
            [
                keras.Input((28, 28, 1)),
                layers.Conv2D(32, **halved),
                leaky(),
                layers.Conv2D(64, use_bias=False, **halved),
                layers.BatchNormalization(momentum=0.9),
                leaky(),
                layers.Flatten(),
                layers.Dense(1),
            ]
        )
        super().__init__({"generator": generator, "critic": critic})

    def d(self, x: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
        real, generated = self.run("critic", x), self.run("critic", self.held_still(z))
        return called_real(real) + called_generated(generated)

    def g(self, z: tf.Tensor) -> tf.Tensor:
        return called_real(self.run("critic", self.run("generator", z)))

    def losses(self) -> dict[str, Callable[..., tf.Tensor]]:
        return {"d": self.d, "g": self.g}


class FeatureMatching(Model):
    def __init__(self) -> None:
        generator = keras.Sequential(
            [
                keras.Input((100,)),
                layers.Dense(500, use_bias=False),
                layers.BatchNormalization(momentum=0.9),
                layers.Activation("softplus"),
                layers.Dense(500, use_bias=False),
                layers.BatchNormalization(momentum=0.9),
                layers.Activation("softplus"),
                WeightNormDense(784),
                layers.Activation("sigmoid"),
                layers.Reshape((28, 28, 1)),
            ]
        )
        hidden: list[layers.Layer] = [keras.Input((28, 28, 1)), layers.Flatten()]
        for i, units in enumerate([1000, 500, 250, 250, 250]):
            noise = layers.GaussianNoise(0.5 if i else 0.3)
            hidden += [noise, WeightNormDense(units, gain=False), layers.ReLU()]
        logits = [keras.Input((250,)), layers.GaussianNoise(0.5), WeightNormDense(10)]
        trunk = keras.Sequential(hidden)
        super().__init__({"generator": generator, "trunk": trunk, "logits": keras.Sequential(logits)})

    def d(self, x: tf.Tensor, x_label: tf.Tensor, u: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
        """Passes the three batches as one, which is less work. The critic computes each image by itself."""
        images = tf.concat([x, u, self.held_still(z)], axis=0)
        logits = self.run("logits", self.run("trunk", images))
        labelled, real, generated = tf.split(logits, [x.shape[0], u.shape[0], z.shape[0]])
        critic = called_real(log_z_of(real)) + called_generated(log_z_of(generated))
        return cross_entropy(labelled, x_label) + 0.5 * critic

    def g(self, u: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
        wanted = tf.stop_gradient(tf.reduce_mean(self.run("trunk", u), axis=0))
        found = tf.reduce_mean(self.run("trunk", self.run("generator", z)), axis=0)
        return tf.reduce_mean(tf.square(found - wanted))

    def losses(self) -> dict[str, Callable[..., tf.Tensor]]:
        return {"d": self.d, "g": self.g}


MODELS: dict[str, type[Model]] = {
    "mnist_stacked": Stacked,
    "dcgan": Dcgan,
    "feature_matching": FeatureMatching,
}
