"""Prints the numbers of parameters in test/methods/parameters.test.ts: both BigGAN networks at every resolution with 96
channels and 1000 classes, added up layer by layer from Tables 6 to 9 of the S3GAN paper (128×128) and from the widths of
https://github.com/google/compare_gan/blob/master/compare_gan/architectures/resnet_biggan.py (the others). At 128×128
they are the totals of Tables 10 and 11.

    python ci/golden/networks-parameter-counts.py
"""

CHANNELS, CLASSES, EMBEDDING, COLOURS = 96, 1000, 128, 3

# Resolution: widths of the blocks in units of CHANNELS and the block that attention follows (of the discriminator, of
# the generator with its seed tensor), and elements of z.
NETWORKS = {
    32: ([2, 2, 2, 2], 1, [4, 4, 4, 4], None, 128),
    64: ([2, 4, 8, 16, 16], 1, [16, 16, 8, 4, 2], 4, 120),
    128: ([1, 2, 4, 8, 16, 16], 1, [16, 16, 8, 4, 2, 1], 4, 120),
    256: ([1, 2, 4, 8, 8, 16, 16], 2, [16, 16, 8, 8, 4, 2, 1], 5, 140),
    512: ([1, 1, 2, 4, 8, 8, 16, 16], 3, [16, 16, 8, 8, 4, 2, 1, 1], 4, 160),
}


def attention(width):
    """Queries and keys of an eighth of the width, values of half, and the gate."""
    return 2 * width * (width // 8) + 2 * width * (width // 2) + 1


def convolution(side, inputs, outputs):
    return side * side * inputs * outputs + outputs


def discriminator(multipliers, attended):
    total, inputs = 0, COLOURS
    for block, multiplier in enumerate(multipliers, start=1):
        outputs = multiplier * CHANNELS
        total += convolution(3, inputs, outputs) + convolution(3, outputs, outputs)
        total += convolution(1, inputs, outputs) if inputs != outputs else 0
        total += attention(outputs) if block == attended else 0
        inputs = outputs
    return total + inputs + 1 + CLASSES * inputs, inputs


def generator(multipliers, attended, latents):
    widths = [multiplier * CHANNELS for multiplier in multipliers]
    chunk = latents // len(widths)
    total = CLASSES * EMBEDDING + chunk * 16 * widths[0] + 16 * widths[0]
    for block, (inputs, outputs) in enumerate(zip(widths, widths[1:]), start=1):
        # Scale and offset of a batch norm before each 3×3 convolution, linear in the embedding and a chunk of z.
        total += 2 * (EMBEDDING + chunk) * (inputs + outputs)
        total += convolution(3, inputs, outputs) + convolution(3, outputs, outputs) + convolution(1, inputs, outputs)
        total += attention(outputs) if block == attended else 0
    return total + 2 * widths[-1] + convolution(3, widths[-1], COLOURS)


for resolution, (d, d_attended, g, g_attended, latents) in NETWORKS.items():
    total, features = discriminator(d, d_attended)
    print(resolution, "discriminator", total, "features", features, "generator", generator(g, g_attended, latents))
