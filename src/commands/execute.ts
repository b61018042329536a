/** Where the command line begins: oclif, by the same road as the commands that it starts, so that both have one copy. */
export { execute } from "@oclif/core";
