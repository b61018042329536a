/** Which keys of a YAML text are blocks or pipelines, where braces and arrows do not say so. */

/** What stands in a block, by key; every other key has a plain value. */
/** What may stand between the keyword of a block and its brace. */
export const heads = ["type", "on", "extends"] as const;
export type Head = (typeof heads)[number];

export interface Vocabulary {
  /** Keys that are said of the block itself. */
  readonly heads?: readonly Head[];
  /** Keys that hold a block, with what stands in that. */
  readonly blocks?: Readonly<Record<string, Vocabulary>>;
  /** Keys whose blocks have labels: `head: { mask: { ... } }`. */
  readonly labelled?: readonly string[];
  /** Keys whose plain list is a pipeline. */
  readonly layers?: readonly string[];
  /** Keys whose plain strings are texts. */
  readonly texts?: readonly string[];
  /** Keys whose values, or labels, the schema knows nothing of. */
  readonly unseen?: readonly string[];
}

const plain: Vocabulary = {};

const model: Vocabulary = {
  heads: ["extends"],
  blocks: {
    input: plain,
    rpn: {
      heads: ["on"],
      blocks: { anchors: plain, match: plain, sample: plain, coder: plain, propose: plain, loss: plain },
      layers: ["head"],
    },
    regions: {
      heads: ["on"],
      blocks: {
        assign: plain,
        match: plain,
        sample: plain,
        head: { heads: ["type"], blocks: { coder: plain }, layers: ["layers"] },
      },
      labelled: ["head"],
      layers: ["trunk"],
    },
    detect: plain,
    train: { texts: ["freeze"] },
  },
};

const published: Vocabulary = { texts: ["source"] };

/** A case holds what a model that extends the base would. */
const variant: Vocabulary = { ...model, heads: [], blocks: { ...model.blocks, published } };

/** One of the values of a path. */
const varied: Vocabulary = { ...variant, unseen: ["value"] };

const combination: Vocabulary = {
  // Combinations stand in combinations.
  get blocks() {
    const vary: Vocabulary = { blocks: { case: varied }, labelled: ["case"], unseen: ["values"] };
    return { case: variant, vary, grid: combination, zip: combination, union: combination };
  },
  labelled: ["case", "vary"],
  unseen: ["vary"],
  texts: ["exclude"],
};

const ablation: Vocabulary = {
  blocks: { ...combination.blocks, published },
  labelled: ["case", "vary", "published"],
  unseen: ["vary"],
  texts: ["source", "exclude"],
};

/** The top of a file. A test holds what is in `model` equal to the catalogue. */
export const vocabulary: Vocabulary = { blocks: { model, ablation }, labelled: ["model", "ablation"] };
