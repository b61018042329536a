/** What can be wrong with a command line or with the files that it names. */
import { defineCodes } from "../codes.ts";

export const commandCodes = defineCodes({
  "command/usage": {
    severity: "error",
    message: (v: { problem: string; command: string }) => `${v.problem} See \`rcnn ${v.command} --help\`.`,
    explain:
      "The command line has an argument or a flag that the command does not take, or lacks one that it needs. `--help` after the command lists them all with what they mean.",
  },
  "command/unknown-command": {
    severity: "error",
    message: (v: { name: string; near: string | undefined }) =>
      `There is no command \`${v.name}\`.${v.near ? ` Did you mean \`${v.near}\`?` : ""} \`rcnn --help\` lists all of them.`,
    explain:
      "The first word after `rcnn` is the name of a command, such as `train`. `rcnn --help` lists all of them with what they do.",
  },
  "command/file": {
    severity: "error",
    message: (v: { path: string; action: string; reason: string }) =>
      `Could not ${v.action} \`${v.path}\`: ${v.reason}.`,
    explain:
      "The operating system refused a file or folder that the command line names. Nothing was written over: outputs are written under another name first and renamed when they are whole.",
  },
  "command/unknown-code": {
    severity: "error",
    message: (v: { code: string; near: string | undefined }) =>
      `There is no message with the code \`${v.code}\`.${v.near ? ` Did you mean \`${v.near}\`?` : ""}`,
    explain:
      "Each message of rcnn has a code such as `syntax/unexpected-token`, printed with it. `rcnn explain` without a code lists all of them.",
  },
  "command/unknown-path": {
    severity: "error",
    message: (v: { path: string; nearest: string | undefined }) =>
      `The model has nothing at \`${v.path}\`.${v.nearest ? ` Did you mean \`${v.nearest}\`?` : ""}`,
    explain:
      "A path leads over blocks, or heads by their names, to a key (`rpn.sample.count`, `regions.mask.loss`), or over results and uses to a layer and its attributes (`backbone.c2.first.conv1.stride`), or to a number that the compiler computed (`rpn.anchors.perCell`). `rcnn inspect` lists the layers.",
  },
  "command/unformatted": {
    severity: "error",
    message: (v: { path: string }) =>
      `\`${v.path}\` is not formatted; \`rcnn format ${v.path}\` writes it anew.`,
    explain:
      "`rcnn format --check` compares each file with the one form that its content has, and changes nothing.",
  },
  "command/not-text": {
    severity: "error",
    message: (v: { path: string }) => `\`${v.path}\` is not UTF-8 text.`,
    explain:
      "A config is written in UTF-8. A file in another encoding, or one that is no text, is left as it is.",
  },
  "command/unconvertible": {
    severity: "error",
    message: (v: { notation: string }) => `This cannot be said in ${v.notation} without a change of meaning.`,
    explain:
      "Nearly every text has the same meaning in both notations. What has not: keys named like the heads of a block (`type`, `documentation`), blocks that the language does not know, and edits that stand behind a new value of what they change. Such a text would fail `rcnn check` in most cases.",
  },
  "command/bug": {
    severity: "error",
    message: (v: { problem: string }) =>
      `This is a mistake in rcnn and not in your text: ${v.problem}. Please report it with the lines below.`,
    explain:
      "The compiler checks itself, and one of its own checks failed. Nothing that a text says should lead here. A report with the text and the printed lines is welcome.",
  },
});
