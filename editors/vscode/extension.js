/** Starts `rcnn lsp` and joins it with the editor. */
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async () => {
  const [command, ...words] = workspace.getConfiguration("rcnn").get("command");
  const documents = ["rcnn", "yaml"].map((language) => ({ scheme: "file", language }));
  client = new LanguageClient(
    "rcnn",
    "rcnn",
    { command, args: [...words, "lsp"] },
    {
      documentSelector: documents,
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.{rcnn,yaml,yml}") },
    },
  );
  await client.start();
};

exports.deactivate = () => client?.stop();
