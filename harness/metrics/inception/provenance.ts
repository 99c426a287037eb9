import { z } from 'zod';

/** Where weights come from; goes with every score. */
export const provenanceSchema = z.strictObject({
	/** SHA-256, in hex, of the file that was installed; of the graph within, if that is an archive. */
	sourceDigest: z.string(),
	/** Name of the file, without folders. */
	sourceName: z.string(),
	/** The file within the archive that `sourceDigest` is of; not there for files that are no archive. */
	sourceMember: z.string().optional(),
	/** The publication that it is; null if it is none: scores with it are unverified. */
	publication: z.string().nullable(),
	/** SHA-256, in hex, over the weights themselves, the same for every file with these numbers. */
	weightsDigest: z.string(),
});

export type InceptionProvenance = Readonly<z.infer<typeof provenanceSchema>>;

/** What must be said of weights that are no known publication; nothing of those that are one. */
export function unverifiedNotes({ publication, sourceName }: InceptionProvenance): string[] {
	return publication === null ? [`unverified weights: ${sourceName} is no known publication`] : [];
}
