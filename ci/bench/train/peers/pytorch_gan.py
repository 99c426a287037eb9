"""BigGAN at 32x32 in PyTorch: the same networks, losses and optimiser as this project's, for comparison.

Written from the paper's tables and the published facts about the authors' code. It is what a PyTorch user who
cares about speed would write: library operations only, no work on inserted zeros, pooling before a 1x1
convolution, fused Adam, gradients of only those weights that are updated. With `textbook`, it is the step as the
original code orders it and most ports do: zeros are inserted and convolved, pooling follows the 1x1 convolution,
Adam is as the constructor makes it, and the generator's update computes the discriminator's gradients too.
"""

import math

import numpy as np
import torch
from torch.nn import functional as F

BLOCKS_OF_G = ("B1", "B2", "B3")
BLOCKS_OF_D = ("B1", "B2", "B3", "B4")


def to_torch_order(values):
    """Kernels HWIO to OIHW, matrices [in, out] to [out, in]; everything else as it is."""
    if values.ndim == 4:
        return values.permute(3, 2, 0, 1)
    return values.t() if values.ndim == 2 else values


def from_torch_order(values):
    if values.ndim == 4:
        return values.permute(2, 3, 1, 0)
    return values.t() if values.ndim == 2 else values


class SpectralNorm:
    """Divides a kernel by its largest singular value, estimated by one power iteration at each use.

    The kept vector is that of the shorter side of the kernel flattened to [all but output, output], where "all
    but output" runs over height, width and input in this order.
    """

    def __init__(self, kernel, vector, channels_last):
        self.kernel, self.channels_last = kernel, channels_last
        self.keeps_output_side = math.prod(kernel.shape[1:]) > kernel.shape[0]
        self.vector = self.to_memory_order(vector.flatten()).clone()

    def matrix(self):
        """One row an output channel; a view, since the rest follows the order in memory."""
        if self.kernel.ndim == 4 and self.channels_last:
            return self.kernel.permute(0, 2, 3, 1).flatten(1)
        return self.kernel.flatten(1)

    def to_memory_order(self, vector):
        if self.keeps_output_side or self.kernel.ndim < 4 or self.channels_last:
            return vector
        _, inputs, height, width = self.kernel.shape
        return vector.unflatten(0, (height, width, inputs)).permute(2, 0, 1).flatten()

    def stored(self):
        if self.keeps_output_side or self.kernel.ndim < 4 or self.channels_last:
            return self.vector
        _, inputs, height, width = self.kernel.shape
        return self.vector.unflatten(0, (inputs, height, width)).permute(1, 2, 0).flatten()

    def __call__(self):
        matrix = self.matrix()
        with torch.no_grad():
            to_other, to_kept = (matrix.t(), matrix) if self.keeps_output_side else (matrix, matrix.t())
            other = F.normalize(torch.mv(to_other, self.vector), dim=0, eps=1e-6)
            self.vector = F.normalize(torch.mv(to_kept, other), dim=0, eps=1e-6)
            u, v = (self.vector, other) if self.keeps_output_side else (other, self.vector)
        return self.kernel / torch.dot(u, torch.mv(matrix, v))


class Network:
    """Weights by the paper's names, and the layers that use them."""

    def __init__(self, prefix, tensors, channels_last):
        self.channels_last = channels_last
        self.weights, self.norms = {}, {}
        for name, values in tensors.items():
            if name.startswith(prefix) and not name.endswith("/u_var"):
                weight = to_torch_order(torch.tensor(values))  # a copy: others start from the same values
                order = torch.channels_last if channels_last and weight.ndim == 4 else torch.contiguous_format
                self.weights[name] = weight.contiguous(memory_format=order).requires_grad_(True)
        for name, weight in self.weights.items():
            if f"{name}/u_var" in tensors:
                self.norms[name] = SpectralNorm(weight, torch.from_numpy(tensors[f"{name}/u_var"]), channels_last)

    def weight(self, name):
        return self.norms[name]() if name in self.norms else self.weights[name]

    def linear(self, x, scope):
        return F.linear(x, self.weight(f"{scope}/kernel"), self.weights.get(f"{scope}/bias"))

    def convolution(self, x, scope):
        kernel = self.weight(f"{scope}/kernel")
        return F.conv2d(x, kernel, self.weights.get(f"{scope}/bias"), padding=kernel.shape[-1] // 2)

    def place(self, images):
        """[N, C, H, W] in the memory order of this network."""
        if self.channels_last:
            return images.contiguous(memory_format=torch.channels_last)
        return images.contiguous()

    def state(self):
        with torch.no_grad():
            result = {name: from_torch_order(weight).numpy() for name, weight in self.weights.items()}
            for name, norm in self.norms.items():
                result[f"{name}/u_var"] = norm.stored().numpy()
        return result


class Generator(Network):
    def __init__(self, tensors, channels_last, epsilon, upsampling):
        super().__init__("generator/", tensors, channels_last)
        self.epsilon = epsilon
        self.upsample = {
            "transposed": self.convolve_transposed,
            "inserted": self.insert_and_convolve,
            "textbook": self.convolve_inserted,
        }[upsampling]

    def convolve_transposed(self, x, scope):
        """Zero insertion and convolution in one: a transposed convolution with the turned kernel."""
        kernel = self.weight(f"{scope}/kernel").flip(2, 3).transpose(0, 1)
        bias, padding = self.weights[f"{scope}/bias"], kernel.shape[-1] // 2
        return F.conv_transpose2d(x, kernel, bias, stride=2, padding=padding, output_padding=1)

    def insert_zeros(self, x):
        n, channels, height, width = x.shape
        order = torch.channels_last if self.channels_last else torch.contiguous_format
        wide = torch.empty((n, channels, 2 * height, 2 * width), memory_format=order).zero_()
        wide[:, :, ::2, ::2] = x
        return wide

    def convolve_inserted(self, x, scope):
        return self.convolution(self.insert_zeros(x), scope)

    def insert_and_convolve(self, x, scope):
        """The same, literally; but a 1x1 convolution goes first, as it may, and its bias last."""
        kernel = self.weight(f"{scope}/kernel")
        if kernel.shape[-1] == 1:
            return self.insert_zeros(F.conv2d(x, kernel)) + self.weights[f"{scope}/bias"].view(1, -1, 1, 1)
        return F.conv2d(self.insert_zeros(x), kernel, self.weights[f"{scope}/bias"], padding=1)

    def conditional_norm(self, x, condition, scope):
        gamma = self.linear(condition, f"{scope}/condition/gamma")[:, :, None, None]
        beta = self.linear(condition, f"{scope}/condition/beta")[:, :, None, None]
        normalised = F.batch_norm(x, None, None, training=True, eps=self.epsilon)
        return torch.addcmul(beta, normalised, gamma)

    def __call__(self, latents, labels):
        """Latents [N, z] and label rows [N, classes] to images [N, 3, 32, 32] in [0, 1]."""
        chunks = latents.chunk(len(BLOCKS_OF_G) + 1, dim=1)
        embedded = self.linear(labels, "generator/embed_y")
        # The dense layer's outputs are ordered height, width, channel.
        x = self.linear(chunks[0], "generator/fc_noise").unflatten(1, (4, 4, -1)).permute(0, 3, 1, 2)
        x = self.place(x)
        for block, chunk in zip(BLOCKS_OF_G, chunks[1:]):
            scope = f"generator/{block}"
            condition = torch.cat([chunk, embedded], dim=1)
            main = F.relu(self.conditional_norm(x, condition, f"{scope}/bn1"))
            main = self.upsample(main, f"{scope}/up_conv1")
            main = F.relu(self.conditional_norm(main, condition, f"{scope}/bn2"))
            main = self.convolution(main, f"{scope}/same_conv2")
            x = main + self.upsample(x, f"{scope}/up_conv_shortcut")
        scale, offset = self.weights["generator/final_norm/gamma"], self.weights["generator/final_norm/beta"]
        x = F.relu(F.batch_norm(x, None, None, scale, offset, training=True, eps=self.epsilon))
        return (torch.tanh(self.convolution(x, "generator/final_conv")) + 1) / 2


class Discriminator(Network):
    def __init__(self, tensors, channels_last, textbook):
        super().__init__("discriminator", tensors, channels_last)
        self.textbook = textbook

    def shortcut(self, x, scope):
        if self.textbook:
            return F.avg_pool2d(self.convolution(x, scope), 2)
        return self.convolution(F.avg_pool2d(x, 2), scope)

    def attention(self, x, scope):
        n, channels, height, width = x.shape
        flat = lambda tensor: tensor.flatten(2)  # [N, C, positions]
        queries = flat(self.convolution(x, f"{scope}/conv2d_theta"))
        keys = flat(F.max_pool2d(self.convolution(x, f"{scope}/conv2d_phi"), 2))
        values = flat(F.max_pool2d(self.convolution(x, f"{scope}/conv2d_g"), 2))
        weights = torch.softmax(torch.bmm(queries.transpose(1, 2), keys), dim=-1)  # [N, positions, positions / 4]
        if self.channels_last:
            # [N, positions, C/2] is a channels-last picture already.
            mixed = torch.bmm(weights, values.transpose(1, 2)).transpose(1, 2)
        else:
            mixed = torch.bmm(values, weights.transpose(1, 2))
        mixed = mixed.reshape(n, channels // 2, height, width)
        return x + self.weights[f"{scope}/sigma"] * self.convolution(mixed, f"{scope}/conv2d_attn_g")

    def __call__(self, images, labels):
        """Logits [N] of images [N, 3, 32, 32] with their label rows [N, classes]."""
        x = images
        for block in BLOCKS_OF_D:
            scope, last = f"discriminator/{block}", block == BLOCKS_OF_D[-1]
            name = "same" if last else "down"
            main = F.relu(self.convolution(F.relu(x), f"{scope}/same_conv1"))
            main = self.convolution(main, f"{scope}/{name}_conv2")
            if not last:
                main = F.avg_pool2d(main, 2)
            if f"{scope}/{name}_conv_shortcut/kernel" in self.weights:
                main = main + self.shortcut(x, f"{scope}/{name}_conv_shortcut")
            x = main
            if block == "B1":
                x = self.attention(x, "discriminator/non_local_block")
        features = F.relu(x).sum((2, 3))
        logits = self.linear(features, "discriminator/final_fc")[:, 0]
        projected = self.linear(labels, "discriminator_projection")
        return logits + (projected * features).sum(1)


class Adam:
    """PyTorch's Adam with TensorFlow 1's epsilon, which stands outside the bias correction."""

    def __init__(self, network, rate, settings, fused):
        self.parameters = list(network.weights.values())
        self.names = list(network.weights)
        betas = (float(settings["beta1"]), settings["beta2"])
        self.epsilon, self.beta2, self.updates = settings["epsilon"], settings["beta2"], 0
        self.optimiser = torch.optim.Adam(self.parameters, lr=rate, betas=betas, fused=fused)

    def step(self):
        self.updates += 1
        self.optimiser.param_groups[0]["eps"] = self.epsilon / math.sqrt(1 - self.beta2**self.updates)
        self.optimiser.step()

    def state(self):
        moments = {}
        for name, parameter in zip(self.names, self.parameters):
            values = self.optimiser.state[parameter]["exp_avg_sq"]
            moments[f"{name}/second_moment"] = from_torch_order(values).numpy()
        return moments


class Trainer:
    """Way is `transposed` or `inserted`, how zero insertion is done, or `textbook`."""

    def __init__(self, tensors, settings, channels_last, way):
        self.channels_last, self.textbook = channels_last, way == "textbook"
        self.generator = Generator(tensors, channels_last, settings["batchNormEpsilon"], way)
        self.discriminator = Discriminator(tensors, channels_last, self.textbook)
        # None is the constructor's default.
        fused = None if self.textbook else True
        self.generator_adam = Adam(self.generator, settings["generatorLearningRate"], settings, fused)
        self.discriminator_adam = Adam(self.discriminator, settings["discriminatorLearningRate"], settings, fused)

    def prepare(self, images):
        """Images [N, 32, 32, 3] in the memory order that a user of this layout keeps the data set in."""
        return images if self.channels_last else np.ascontiguousarray(images.transpose(0, 3, 1, 2))

    def discriminator_update(self, images, labels, latents, fake_labels):
        images, labels, latents, fake_labels = map(torch.from_numpy, (images, labels, latents, fake_labels))
        if self.channels_last:
            images = images.permute(0, 3, 1, 2)  # only the strides change
        with torch.no_grad():
            fakes = self.generator(latents, fake_labels)
        scores = self.discriminator(torch.cat([images, fakes]), torch.cat([labels, fake_labels]))
        real, fake = scores.chunk(2)
        loss = F.relu(1 - real).mean() + F.relu(1 + fake).mean()
        self.discriminator_adam.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.discriminator_adam.step()
        return loss.item()

    def generator_update(self, latents, fake_labels):
        latents, fake_labels = torch.from_numpy(latents), torch.from_numpy(fake_labels)
        for weight in self.discriminator.weights.values():
            weight.requires_grad_(self.textbook)
        fakes = self.generator(latents, fake_labels)
        loss = -self.discriminator(fakes, fake_labels).mean()
        self.generator_adam.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.generator_adam.step()
        for weight in self.discriminator.weights.values():
            weight.requires_grad_(True)
        return loss.item()

    def state(self):
        networks = {**self.generator.state(), **self.discriminator.state()}
        return {**networks, **self.generator_adam.state(), **self.discriminator_adam.state()}
