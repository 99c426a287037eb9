/**
 * Height and width from which on `convolveAveraged` averages the kernel instead of the map. Below it, the wide kernels of
 * the paper's last blocks (1536 to 1536 channels on 8×8) cost more to make than they save, unless the batch is large.
 */
export const smallestAveragedMap = 16;
