"""BigGAN at 32x32 as a graph of TensorFlow's Python front end: what this runtime can do at best.

The same networks, losses and optimiser as this project's, written from the paper's tables and the published facts
about the authors' code. Each update, with its optimiser, is one `tf.function`.
"""

import numpy as np
import tensorflow as tf

BLOCKS_OF_G = ("B1", "B2", "B3")
BLOCKS_OF_D = ("B1", "B2", "B3", "B4")


class Network:
    """Variables by the paper's names, and the layers that use them."""

    def __init__(self, prefix, tensors):
        own = {name: values for name, values in tensors.items() if name.startswith(prefix)}
        self.vectors = {name: tf.Variable(own[name], trainable=False) for name in own if name.endswith("/u_var")}
        self.weights = {name: tf.Variable(own[name]) for name in own if not name.endswith("/u_var")}

    def weight(self, name):
        """The kernel divided by its largest singular value, estimated by one power iteration."""
        kernel = self.weights[name]
        if f"{name}/u_var" not in self.vectors:
            return tf.convert_to_tensor(kernel)
        stored = self.vectors[f"{name}/u_var"]
        kernel = tf.convert_to_tensor(kernel)
        columns = kernel.shape[-1]
        matrix = tf.reshape(kernel, [-1, columns])
        fixed = tf.stop_gradient(matrix)
        left = matrix.shape[0] <= columns
        vector = tf.reshape(stored, [-1, 1])
        other = tf.math.l2_normalize(tf.matmul(fixed, vector, transpose_a=left), epsilon=1e-12)
        kept = tf.math.l2_normalize(tf.matmul(fixed, other, transpose_a=not left), epsilon=1e-12)
        stored.assign(tf.reshape(kept, stored.shape))
        u, v = (kept, other) if left else (other, kept)
        sigma = tf.reduce_sum(u * tf.matmul(matrix, v))
        return kernel / sigma

    def linear(self, x, scope):
        product = tf.matmul(x, self.weight(f"{scope}/kernel"))
        bias = self.weights.get(f"{scope}/bias")
        return product if bias is None else tf.nn.bias_add(product, bias)

    def convolution(self, x, scope):
        product = tf.nn.conv2d(x, self.weight(f"{scope}/kernel"), 1, "SAME")
        bias = self.weights.get(f"{scope}/bias")
        return product if bias is None else tf.nn.bias_add(product, bias)


class Generator(Network):
    def __init__(self, tensors, epsilon):
        super().__init__("generator/", tensors)
        self.epsilon = epsilon

    def convolve_zero_inserted(self, x, scope):
        """Zero insertion and convolution in one: a transposed convolution with the turned kernel."""
        kernel = self.weight(f"{scope}/kernel")
        size, _, _, outputs = kernel.shape
        turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2])
        shape = [x.shape[0], 2 * x.shape[1], 2 * x.shape[2], outputs]
        before = (size - 1) // 2
        padding = [[0, 0], [before, max(before - 1, 0)], [before, max(before - 1, 0)], [0, 0]]
        wide = tf.nn.conv2d_transpose(x, turned, shape, 2, padding)
        return tf.nn.bias_add(wide, self.weights[f"{scope}/bias"])

    def insert_zeros(self, x):
        n, height, width, channels = x.shape
        padded = tf.pad(tf.reshape(x, [n * height, 1, width, channels]), [[0, 0], [0, 1], [0, 0], [0, channels]])
        return tf.reshape(padded, [n, 2 * height, 2 * width, channels])

    def shortcut(self, x, scope):
        """A 1x1 convolution commutes with zero insertion; the bias goes to the zeros too."""
        narrow = tf.nn.conv2d(x, self.weight(f"{scope}/kernel"), 1, "SAME")
        return tf.nn.bias_add(self.insert_zeros(narrow), self.weights[f"{scope}/bias"])

    def norm(self, x, scale, offset):
        return tf.compat.v1.nn.fused_batch_norm(x, scale, offset, epsilon=self.epsilon, is_training=True)[0]

    def conditional_norm(self, x, condition, scope):
        gamma = self.linear(condition, f"{scope}/condition/gamma")[:, None, None, :]
        beta = self.linear(condition, f"{scope}/condition/beta")[:, None, None, :]
        channels = x.shape[-1]
        return self.norm(x, tf.ones([channels]), tf.zeros([channels])) * gamma + beta

    def __call__(self, latents, labels):
        chunks = tf.split(latents, len(BLOCKS_OF_G) + 1, axis=1)
        embedded = self.linear(labels, "generator/embed_y")
        seed = self.linear(chunks[0], "generator/fc_noise")
        x = tf.reshape(seed, [latents.shape[0], 4, 4, seed.shape[1] // 16])
        for block, chunk in zip(BLOCKS_OF_G, chunks[1:]):
            scope = f"generator/{block}"
            condition = tf.concat([chunk, embedded], axis=1)
            main = tf.nn.relu(self.conditional_norm(x, condition, f"{scope}/bn1"))
            main = self.convolve_zero_inserted(main, f"{scope}/up_conv1")
            main = tf.nn.relu(self.conditional_norm(main, condition, f"{scope}/bn2"))
            main = self.convolution(main, f"{scope}/same_conv2")
            x = main + self.shortcut(x, f"{scope}/up_conv_shortcut")
        scale, offset = self.weights["generator/final_norm/gamma"], self.weights["generator/final_norm/beta"]
        x = tf.nn.relu(self.norm(x, scale, offset))
        return (tf.tanh(self.convolution(x, "generator/final_conv")) + 1) / 2


class Discriminator(Network):
    def __init__(self, tensors):
        super().__init__("discriminator", tensors)

    def attention(self, x, scope):
        n, height, width, _ = x.shape
        flat = lambda tensor: tf.reshape(tensor, [n, -1, tensor.shape[-1]])
        pool = lambda tensor: tf.nn.max_pool2d(tensor, 2, 2, "VALID")
        queries = flat(self.convolution(x, f"{scope}/conv2d_theta"))
        keys = flat(pool(self.convolution(x, f"{scope}/conv2d_phi")))
        values = flat(pool(self.convolution(x, f"{scope}/conv2d_g")))
        weights = tf.nn.softmax(tf.matmul(queries, keys, transpose_b=True))  # [N, positions, positions / 4]
        mixed = tf.reshape(tf.matmul(weights, values), [n, height, width, values.shape[-1]])
        return x + self.weights[f"{scope}/sigma"] * self.convolution(mixed, f"{scope}/conv2d_attn_g")

    def __call__(self, images, labels):
        x = images
        for block in BLOCKS_OF_D:
            scope, last = f"discriminator/{block}", block == BLOCKS_OF_D[-1]
            name = "same" if last else "down"
            main = tf.nn.relu(self.convolution(tf.nn.relu(x), f"{scope}/same_conv1"))
            main = self.convolution(main, f"{scope}/{name}_conv2")
            if not last:
                main = tf.nn.avg_pool2d(main, 2, 2, "VALID")
            if f"{scope}/{name}_conv_shortcut/kernel" in self.weights:
                main += self.convolution(tf.nn.avg_pool2d(x, 2, 2, "VALID"), f"{scope}/{name}_conv_shortcut")
            x = main
            if block == "B1":
                x = self.attention(x, "discriminator/non_local_block")
        features = tf.reduce_sum(tf.nn.relu(x), [1, 2])
        logits = self.linear(features, "discriminator/final_fc")[:, 0]
        projected = self.linear(labels, "discriminator_projection")
        return logits + tf.reduce_sum(projected * features, 1)


class Adam:
    """TensorFlow 1's Adam: epsilon stands outside the bias correction. One kernel updates one variable in place."""

    def __init__(self, network, rate, settings):
        self.rate, self.settings = rate, settings
        self.names = list(network.weights)
        self.variables = list(network.weights.values())
        self.first = [tf.Variable(tf.zeros_like(variable), trainable=False) for variable in self.variables]
        self.second = [tf.Variable(tf.zeros_like(variable), trainable=False) for variable in self.variables]
        self.beta1_power, self.beta2_power = tf.Variable(1.0), tf.Variable(1.0)

    def apply(self, gradients):
        beta1, beta2 = self.settings["beta1"], self.settings["beta2"]
        power1 = self.beta1_power.assign(self.beta1_power * beta1)
        power2 = self.beta2_power.assign(self.beta2_power * beta2)
        for variable, first, second, gradient in zip(self.variables, self.first, self.second, gradients):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=first.handle,
                v=second.handle,
                beta1_power=power1,
                beta2_power=power2,
                lr=self.rate,
                beta1=beta1,
                beta2=beta2,
                epsilon=self.settings["epsilon"],
                grad=gradient,
            )

    def state(self):
        return {f"{name}/second_moment": values.numpy() for name, values in zip(self.names, self.second)}


class Trainer:
    def __init__(self, tensors, settings):
        self.generator = Generator(tensors, settings["batchNormEpsilon"])
        self.discriminator = Discriminator(tensors)
        self.generator_adam = Adam(self.generator, settings["generatorLearningRate"], settings)
        self.discriminator_adam = Adam(self.discriminator, settings["discriminatorLearningRate"], settings)

    def prepare(self, images):
        return images

    @tf.function
    def discriminator_graph(self, images, labels, latents, fake_labels):
        fakes = self.generator(latents, fake_labels)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.discriminator_adam.variables)
            scores = self.discriminator(tf.concat([images, fakes], 0), tf.concat([labels, fake_labels], 0))
            real, fake = tf.split(scores, 2)
            loss = tf.reduce_mean(tf.nn.relu(1 - real)) + tf.reduce_mean(tf.nn.relu(1 + fake))
        self.discriminator_adam.apply(tape.gradient(loss, self.discriminator_adam.variables))
        return loss

    @tf.function
    def generator_graph(self, latents, fake_labels):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(self.generator_adam.variables)
            fakes = self.generator(latents, fake_labels)
            loss = -tf.reduce_mean(self.discriminator(fakes, fake_labels))
        self.generator_adam.apply(tape.gradient(loss, self.generator_adam.variables))
        return loss

    def discriminator_update(self, images, labels, latents, fake_labels):
        inputs = [tf.convert_to_tensor(values) for values in (images, labels, latents, fake_labels)]
        return float(self.discriminator_graph(*inputs))

    def generator_update(self, latents, fake_labels):
        return float(self.generator_graph(tf.convert_to_tensor(latents), tf.convert_to_tensor(fake_labels)))

    def state(self):
        result = {}
        for network in (self.generator, self.discriminator):
            for name, variable in {**network.weights, **network.vectors}.items():
                result[name] = np.asarray(variable)
        return {**result, **self.generator_adam.state(), **self.discriminator_adam.state()}
