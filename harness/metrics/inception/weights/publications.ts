/** A file that its publisher gives everyone: equal digests mean the published bytes. */
export interface Publication {
	/** SHA-256 of the file, in hex. */
	readonly sha256: string;
	readonly bytes: number;
	readonly name: string;
}

/** The files whose weights FIDs in papers are measured with. */
export const publications: readonly Publication[] = [
	{
		// In http://download.tensorflow.org/models/image/imagenet/inception-2015-12-05.tgz
		name: 'classify_image_graph_def.pb of 2015-12-05',
		sha256: '009d6814d1bc560d4e7b236e170e9b2d5ca6f4b57bd8037f6db05776204415c6',
		bytes: 95_673_916,
	},
	{
		// https://github.com/mseitzer/pytorch-fid/releases/tag/fid_weights, the same bytes as torch-fidelity's
		// weights-inception-2015-12-05-6726825d.pth
		name: 'pt_inception-2015-12-05-6726825d.pth of pytorch-fid',
		sha256: '6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2',
		bytes: 95_628_359,
	},
];

/** The publication that a file with this digest is. */
export const publicationOf = (sha256: string): Publication | undefined =>
	publications.find(publication => publication.sha256 === sha256);
