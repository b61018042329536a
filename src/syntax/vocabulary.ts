/** Which keys of a YAML text are blocks or pipelines, where braces and arrows do not say so. */

/** What stands in a block, by key; every other key has a plain value. */
export interface Vocabulary {
  /** Keys that hold a block, with what stands in that. */
  readonly blocks?: Readonly<Record<string, Vocabulary>>;
  /** Keys whose blocks have labels: `head: { mask: { ... } }`. */
  readonly labelled?: readonly string[];
  /** Keys whose plain list is a pipeline. */
  readonly layers?: readonly string[];
  /** Keys whose plain strings are texts. */
  readonly texts?: readonly string[];
}

const plain: Vocabulary = {};

const model: Vocabulary = {
  blocks: {
    input: plain,
    rpn: {
      blocks: { anchors: plain, match: plain, sample: plain, coder: plain, propose: plain, loss: plain },
      layers: ["head"],
    },
    regions: {
      blocks: {
        assign: plain,
        match: plain,
        sample: plain,
        head: { blocks: { coder: plain }, layers: ["layers"] },
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
const variant: Vocabulary = { ...model, blocks: { ...model.blocks, published } };

const combination: Vocabulary = {
  // Combinations stand in combinations.
  get blocks() {
    const vary: Vocabulary = { blocks: { case: variant }, labelled: ["case"] };
    return { case: variant, vary, grid: combination, zip: combination, union: combination };
  },
  labelled: ["case", "vary"],
  texts: ["exclude"],
};

const ablation: Vocabulary = {
  blocks: { ...combination.blocks, published },
  labelled: ["case", "vary", "published"],
  texts: ["source", "exclude"],
};

/** The top of a file. A test holds what is in `model` equal to the catalogue. */
export const vocabulary: Vocabulary = { blocks: { model, ablation }, labelled: ["model", "ablation"] };
