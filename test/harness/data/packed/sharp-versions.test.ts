import test from 'ava';
import sharp from 'sharp';
import { sharpVersions } from '../../../../harness/data/packed/sharp-versions.ts';

test('the versions are those that sharp gives in this process', t => {
	t.deepEqual(sharpVersions(), { sharp: sharp.versions.sharp as string, vips: sharp.versions.vips });
});
