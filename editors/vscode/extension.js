/** Starts `rcnn lsp` and joins it with the editor. */
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async () => {
  const [command, ...words] = workspace.getConfiguration("rcnn").get("command");
  const documentSelector = ["rcnn", "yaml"].flatMap((language) =>
    ["file", "untitled"].map((scheme) => ({ scheme, language })),
  );
  client = new LanguageClient("rcnn", "rcnn", { command, args: [...words, "lsp"] }, { documentSelector });
  await client.start();
};

exports.deactivate = () => client?.stop();
