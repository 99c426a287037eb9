import { EnvironmentError } from '../errors.ts';

/** A folder that a newer version wrote, which this one must leave as it is: not even an event is added. */
export class NewerFormatError extends EnvironmentError {}
