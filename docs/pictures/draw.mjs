// Draws scenes.json (what people wrote, and what the bot really sent) as one PNG a scene.
//
//   node draw.mjs scenes.json OUTPUT_FOLDER [/usr/bin/chromium]

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import puppeteer from "puppeteer-core";
import { markdown, plain } from "./markdown.mjs";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "destructive", 5: "secondary" };
const COLOURS = { ann: "#e91e63", 小李: "#2ecc71", 管理员: "#f1c40f", admin: "#f1c40f" };

const face = (name, colour) =>
  "data:image/svg+xml," +
  encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80"><rect width="80" height="80" fill="${colour}"/>` +
      `<text x="40" y="55" font-size="44" font-family="sans-serif" fill="#fff" text-anchor="middle">${plain([...name][0].toUpperCase())}</text></svg>`,
  );

const picture = (name) => face(name, name === "docent" ? "#5865f2" : (COLOURS[name] ?? "#747f8d"));

function button(part) {
  const emoji = part.emoji?.name ? `<span class="emoji">${plain(part.emoji.name)}</span>` : "";
  const label = part.label ? `<span>${plain(part.label)}</span>` : "";
  const state = part.disabled ? " disabled" : "";
  return `<discord-button type="${STYLES[part.style]}"${state}>${emoji}${emoji && label ? "&nbsp;" : ""}${label}</discord-button>`;
}

const row = (part) => `<discord-action-row>${part.components.filter((child) => child.type === 2).map(button).join("")}</discord-action-row>`;

function rows(components) {
  const html = (components ?? []).filter((part) => part.type === 1).map(row).join("");
  return html ? `<discord-attachments slot="components">${html}</discord-attachments>` : "";
}

// What a card may hold, by Discord's number of the component.
const IN_CARD = {
  1: row,
  9: (part) => `<div class="section"><div>${part.components.map((child) => markdown(child.content)).join("")}</div>${row({ components: [part.accessory] })}</div>`,
  10: (part) => `<div>${markdown(part.content)}</div>`,
  14: () => "<hr>",
};

function card(part) {
  const colour = `#${(part.accent_color ?? 0x4f545c).toString(16).padStart(6, "0")}`;
  return `<div class="card" style="border-left-color: ${colour}">${part.components.map((child) => IN_CARD[child.type](child)).join("")}</div>`;
}

const cards = (components) => (components ?? []).filter((part) => part.type === 17).map(card).join("");

function embed(part) {
  const colour = part.color == null ? "#4f545c" : `#${part.color.toString(16).padStart(6, "0")}`;
  const title = part.title ? `<discord-bold>${markdown(part.title)}</discord-bold>` : "";
  const fields = (part.fields ?? [])
    .map((f) => `<discord-embed-field field-title="${plain(f.name)}"${f.inline ? " inline" : ""}>${markdown(f.value)}</discord-embed-field>`)
    .join("");
  return (
    `<discord-embed slot="embeds" color="${colour}">` +
    `<discord-embed-description slot="description">${title}${markdown(part.description)}</discord-embed-description>` +
    (fields ? `<discord-embed-fields slot="fields">${fields}</discord-embed-fields>` : "") +
    (part.footer?.text ? `<discord-embed-footer slot="footer">${plain(part.footer.text)}</discord-embed-footer>` : "") +
    `</discord-embed>`
  );
}

function before(message) {
  if (message.command)
    return `<discord-command slot="reply" author="${plain(message.command.user)}" avatar="${picture(message.command.user)}" command="${plain(message.command.name)}"></discord-command>`;
  if (message.reply)
    return `<discord-reply slot="reply" mentions author="${plain(message.reply.author)}" avatar="${picture(message.reply.author)}">${plain(message.reply.content)}</discord-reply>`;
  return "";
}

function message(part) {
  const flags = `${part.author === "docent" ? " bot" : ""}${part.ephemeral ? " ephemeral" : ""}`;
  const time = 'timestamp="09:41"';
  return (
    `<discord-message author="${plain(part.author)}" avatar="${picture(part.author)}" ${time}${flags}>` +
    before(part) +
    markdown(part.content) +
    cards(part.components) +
    (part.embeds ?? []).map(embed).join("") +
    rows(part.components) +
    `</discord-message>`
  );
}

const PAGE = (script, body) => `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; background: #323339; font-family: "Noto Sans CJK SC", sans-serif; }
  #scene { width: 720px; }
  .gap { height: .6em } .small { font-size: .8125rem; color: #a0a1a6 } .item { padding-left: .6em }
  .card { background: #393a41; border: 1px solid #4a4b53; border-left: 4px solid; border-radius: 8px;
    padding: 12px 14px; margin-top: 4px; max-width: 560px; display: flex; flex-direction: column; gap: 8px }
  .card hr { border: 0; border-top: 1px solid #55565e; width: 100%; margin: 0 }
  .card discord-header { margin: 0 0 4px } .card discord-action-row { margin: 0 }
  .section { display: flex; justify-content: space-between; align-items: center; gap: 12px }
  .section discord-action-row { flex: none }
  .emoji { font-family: "Noto Color Emoji" }
</style><div id="scene"><discord-messages>${body}</discord-messages></div><script type="module">${script}</script>`;

async function bundle() {
  const contents = 'import "@skyra/discord-components-core";';
  const options = { bundle: true, write: false, format: "esm", minify: true };
  const made = await build({ stdin: { contents, resolveDir: process.cwd() }, ...options });
  return made.outputFiles[0].text.replaceAll("</script", "<\\/script");
}

const [scenesFile, folder, chromium = "/usr/bin/chromium"] = process.argv.slice(2);
const scenes = JSON.parse(await readFile(scenesFile, "utf8"));
const script = await bundle();
await mkdir(folder, { recursive: true });
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
for (const scene of scenes) {
  const page = await browser.newPage();
  await page.setViewport({ width: 720, height: 900, deviceScaleFactor: 1.5 });
  const file = join(tmpdir(), `${scene.name}.html`);
  await writeFile(file, PAGE(script, scene.messages.map(message).join("")));
  await page.goto(`file://${file}`, { waitUntil: "networkidle0" });
  await page.waitForFunction(() => customElements.get("discord-messages"));
  const shown = await page.$("#scene");
  await shown.screenshot({ path: join(folder, `${scene.name}.png`) });
  await page.close();
}
await browser.close();
