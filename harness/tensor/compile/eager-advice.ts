/** Ends the advice of errors; only these commands can do without compiling. */
export const eagerAdvice = 'or do without compiling: `train` and `run` take --eager';
