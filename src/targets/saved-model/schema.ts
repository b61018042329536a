/** The part of TensorFlow's protocol buffers that a SavedModel without weights needs, and its encoder. */
import light from "protobufjs/light.js";
import { invariant } from "../../support/invariant.ts";

/** Numbers of TensorFlow's `DataType`. */
export const dataTypes = { f32: 1, i32: 3, i64: 9, bool: 10, bf16: 14 } as const;

export interface ShapeMessage {
  readonly dim: readonly { readonly size: number }[];
}

export interface AttributeMessage {
  readonly s?: Uint8Array;
  readonly i?: number;
  readonly f?: number;
  readonly b?: boolean;
  readonly type?: number;
  readonly shape?: ShapeMessage;
  readonly tensor?: {
    readonly dtype: number;
    readonly tensorShape: ShapeMessage;
    readonly tensorContent: Uint8Array;
  };
  readonly list?: { readonly i?: readonly number[]; readonly type?: readonly number[] };
}

export interface NodeMessage {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, AttributeMessage>>;
}

export interface TensorInfoMessage {
  readonly name: string;
  readonly dtype: number;
  readonly tensorShape: ShapeMessage;
}

export interface SignatureMessage {
  readonly inputs: Readonly<Record<string, TensorInfoMessage>>;
  readonly outputs: Readonly<Record<string, TensorInfoMessage>>;
  readonly methodName: string;
}

export interface SavedModelMessage {
  readonly nodes: readonly NodeMessage[];
  readonly signatures: Readonly<Record<string, SignatureMessage>>;
}

type Field = {
  readonly type: string;
  readonly id: number;
  readonly rule?: "repeated";
  readonly options?: { readonly packed: boolean };
};
const field = (type: string, id: number): Field => ({ type, id });
const many = (type: string, id: number): Field => ({ type, id, rule: "repeated" });
const packed = (type: string, id: number): Field => ({ ...many(type, id), options: { packed: true } });
const map = (type: string, id: number) => ({ keyType: "string", type, id });

/** Field numbers as in tensorflow/core/protobuf/{saved_model,meta_graph}.proto and tensorflow/core/framework. */
const descriptor = {
  nested: {
    SavedModel: { fields: { savedModelSchemaVersion: field("int64", 1), metaGraphs: many("MetaGraph", 2) } },
    MetaGraph: {
      fields: {
        metaInfoDef: field("MetaInfo", 1),
        graphDef: field("Graph", 2),
        signatureDef: map("Signature", 5),
      },
    },
    MetaInfo: { fields: { tags: many("string", 4), strippedDefaultAttrs: field("bool", 7) } },
    Graph: { fields: { node: many("Node", 1), versions: field("Versions", 4) } },
    Versions: { fields: { producer: field("int32", 1), minConsumer: field("int32", 2) } },
    Node: {
      fields: {
        name: field("string", 1),
        op: field("string", 2),
        input: many("string", 3),
        attr: map("Attribute", 5),
      },
    },
    Attribute: {
      oneofs: { value: { oneof: ["list", "s", "i", "f", "b", "type", "shape", "tensor"] } },
      fields: {
        list: field("AttributeList", 1),
        s: field("bytes", 2),
        i: field("int64", 3),
        f: field("float", 4),
        b: field("bool", 5),
        type: field("int32", 6),
        shape: field("Shape", 7),
        tensor: field("Tensor", 8),
      },
    },
    AttributeList: { fields: { i: packed("int64", 3), type: packed("int32", 6) } },
    Shape: { fields: { dim: many("Dimension", 2) } },
    Dimension: { fields: { size: field("int64", 1) } },
    Tensor: {
      fields: { dtype: field("int32", 1), tensorShape: field("Shape", 2), tensorContent: field("bytes", 4) },
    },
    Signature: {
      fields: { inputs: map("TensorInfo", 1), outputs: map("TensorInfo", 2), methodName: field("string", 3) },
    },
    TensorInfo: {
      fields: { name: field("string", 1), dtype: field("int32", 2), tensorShape: field("Shape", 3) },
    },
  },
};

/** GraphDef version of TensorFlow 2.9, the oldest library that tfjs-node 4.22.0 is used with. */
const producer = 1087;

/** Bytes of `saved_model.pb`: one meta graph, tagged `serve`. */
export function encodeSavedModel(model: SavedModelMessage): Uint8Array {
  const type = light.Root.fromJSON(descriptor).lookupType("SavedModel");
  const message = {
    savedModelSchemaVersion: 1,
    metaGraphs: [
      {
        metaInfoDef: { tags: ["serve"], strippedDefaultAttrs: true },
        graphDef: { node: model.nodes, versions: { producer, minConsumer: 0 } },
        signatureDef: model.signatures,
      },
    ],
  };
  const fault = type.verify(message);
  invariant(fault === null, `the saved model does not fit its schema: ${fault}`);
  return new Uint8Array(type.encode(message).finish());
}

/** What `encodeSavedModel` wrote, for tests and tools. */
export function decodeSavedModel(bytes: Uint8Array): SavedModelMessage {
  const type = light.Root.fromJSON(descriptor).lookupType("SavedModel");
  const plain = type.toObject(type.decode(bytes), { longs: Number, arrays: true, objects: true });
  const graph = plain.metaGraphs[0];
  return { nodes: graph.graphDef.node, signatures: graph.signatureDef };
}
