/**
 * Elements of the attention weights of a whole batch from which on images are taken in turns, see `attend`: 64 MiB of
 * float32, as of four images of the paper's 64×64 map with its 1024 keys each, or of 1024 images of 32×32 pixels.
 * Smaller ones are computed at once, which keeps their weights for the backward pass.
 */
export const largestWholeAttention = 2 ** 24;

/** Elements of the attention weights that exist at a time when images are taken in turns: two of those images. */
export const largestAttentionTurn = 2 ** 23;
