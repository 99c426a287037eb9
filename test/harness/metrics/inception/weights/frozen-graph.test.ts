import { createRequire } from 'node:module';
import test from 'ava';
import { UsageError } from '../../../../../harness/errors.ts';
import { readFrozenGraph } from '../../../../../harness/metrics/inception/weights/frozen-graph.ts';
import { frozenGraphOf } from '../weight-files.ts';

const gamma = { shape: [2], values: Float32Array.of(3, 4) };
const weights = new Map([
	['conv/batchnorm/gamma', gamma],
	['scalar', { shape: [], values: Float32Array.of(7) }],
]);

test('reads the constants by their names', t => {
	const found = readFrozenGraph(frozenGraphOf(weights), 'g.pb');
	t.deepEqual(
		[...found],
		[
			['conv/batchnorm/gamma', { ...gamma, type: 'float32' }],
			['scalar', { shape: [], type: 'float32', values: Float32Array.of(7) }],
		],
	);
});

test('where a normalisation does not scale, its γ is ones whatever is stored', t => {
	const found = readFrozenGraph(frozenGraphOf(weights, { scale: false }), 'g.pb');
	t.deepEqual(found.get('conv/batchnorm/gamma')?.values, Float32Array.of(1, 1));
	t.deepEqual(found.get('scalar')?.values, Float32Array.of(7));
});

const refused = test.macro((t, bytes: () => Buffer, problem: string) => {
	t.throws(() => readFrozenGraph(bytes(), 'g.pb'), {
		instanceOf: UsageError,
		message: `g.pb: cannot be read as Inception's weights: ${problem}`,
	});
});
test(
	'another stride is refused',
	refused,
	() =>
		frozenGraphOf(weights, { stridesOf: (scope, stride) => [1, stride, scope === 'conv' ? 1 : stride, 1] }),
	"'conv/Conv2D' has strides [1,2,1,1] and padding VALID, expected [1,2,2,1] and VALID",
);
test(
	'another padding is refused',
	refused,
	() => frozenGraphOf(weights, { paddingOf: (scope, padding) => (scope === 'conv_1' ? 'SAME' : padding) }),
	"'conv_1/Conv2D' has strides [1,1,1,1] and padding SAME, expected [1,1,1,1] and VALID",
);
test(
	'another epsilon is refused',
	refused,
	() => frozenGraphOf(weights, { epsilon: 0.5 }),
	"'conv/batchnorm' adds 0.5 to variances, expected 0.001",
);
test(
	'a graph without constants is refused',
	refused,
	() => frozenGraphOf(new Map()),
	'it is no TensorFlow graph with constants, nor any other known format',
);

// biome-ignore lint/suspicious/noExplicitAny: the generated classes come without types
const proto: any = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js');

/** A graph with one constant `c`. */
function graphOf(shape: readonly number[], set: (tensor: typeof proto.Tensor) => void, type = 1): Buffer {
	const tensor = new proto.Tensor();
	tensor.setDtype(type);
	const tensorShape = new proto.TensorShape();
	for (const extent of shape) {
		const dimension = new proto.TensorShape.Dim();
		dimension.setSize(extent);
		tensorShape.addDim(dimension);
	}
	tensor.setTensorShape(tensorShape);
	set(tensor);
	const value = new proto.AttrValue();
	value.setTensor(tensor);
	const node = new proto.NodeDef();
	node.setName('c');
	node.setOp('Const');
	node.getAttrMap().set('value', value);
	const graph = new proto.GraphDef();
	graph.addNode(node);
	return Buffer.from(graph.serializeBinary());
}

test('reads listed values, the last of which fills the rest', t => {
	const listed = readFrozenGraph(
		graphOf([2, 2], tensor => tensor.setFloatValList([1, 2.5])),
		'g.pb',
	);
	t.deepEqual(listed.get('c'), { shape: [2, 2], type: 'float32', values: Float32Array.of(1, 2.5, 2.5, 2.5) });
});

test('names other types instead of converting them', t => {
	const found = readFrozenGraph(
		graphOf([1], tensor => tensor.setIntValList([3]), 3),
		'g.pb',
	);
	t.deepEqual(found.get('c'), { shape: [1], type: 'int32', values: undefined });
});

test(
	'content of another length than the shape is refused',
	refused,
	() => graphOf([3], tensor => tensor.setTensorContent(new Uint8Array(8))),
	'as a TensorFlow graph it has 8 bytes for a tensor of shape [3]',
);
test(
	'a shape that would fill the memory is refused before it is made',
	refused,
	() => graphOf([2 ** 40], tensor => tensor.setFloatValList([1])),
	'as a TensorFlow graph it claims a tensor of shape [1099511627776]',
);
test(
	'a tensor without values is refused',
	refused,
	() => graphOf([2], () => {}),
	'as a TensorFlow graph it has 0 bytes for a tensor of shape [2]',
);

test('every cut of a graph is refused or gives fewer constants, never wrong ones', t => {
	const whole = frozenGraphOf(weights);
	for (let length = 0; length < 200; length++) {
		try {
			const found = readFrozenGraph(whole.subarray(0, length), 'g.pb');
			t.true([...found.keys()].every(name => weights.has(name)));
		} catch (error) {
			t.true(error instanceof UsageError);
		}
	}
});
