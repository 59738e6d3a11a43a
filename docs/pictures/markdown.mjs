// Turns the Markdown of a Discord message into the elements that draw it: the part that bots use.

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export const plain = (text) => String(text ?? "").replace(/[&<>"]/g, (c) => ESCAPES[c]);

const INLINE = [
  [/^\\([^\p{L}\p{N}\s])/u, (m) => plain(m[1])],
  [/^`([^`]+)`/, (m) => `<discord-code>${plain(m[1])}</discord-code>`],
  [/^\*\*([\s\S]+?)\*\*/, (m) => `<discord-bold>${inline(m[1])}</discord-bold>`],
  [/^__([\s\S]+?)__/, (m) => `<discord-underlined>${inline(m[1])}</discord-underlined>`],
  [/^[*_]([^*_\n]+)[*_]/, (m) => `<discord-italic>${inline(m[1])}</discord-italic>`],
  [/^\[([^\]]+)\]\(<?(https?:[^)\s>]+)>?\)/, (m) => `<discord-link href="${plain(m[2])}">${inline(m[1])}</discord-link>`],
  [/^<@!?\d+>/, () => `<discord-mention>docent</discord-mention>`],
  [/^<t:(\d+)(?::[a-zA-Z])?>/, (m) => `<discord-time>${new Date(m[1] * 1000).toISOString().slice(0, 16).replace("T", " ")}</discord-time>`],
];

export function inline(text) {
  let html = "";
  while (text) {
    const rule = INLINE.find(([pattern]) => pattern.test(text));
    const match = rule && text.match(rule[0]);
    html += match ? rule[1](match) : plain([...text][0]);
    text = text.slice(match ? match[0].length : [...text][0].length);
  }
  return html;
}

function block(line) {
  const heading = line.match(/^(#{1,3}) (.+)/);
  if (heading) return `<discord-header level="${heading[1].length}">${inline(heading[2])}</discord-header>`;
  if (line.startsWith("-# ")) return `<div class="small">${inline(line.slice(3))}</div>`;
  const item = line.match(/^( *)[-*] (.*)/);
  if (item) return `<div class="item" style="margin-left: ${item[1].length * 0.5}em">• ${inline(item[2])}</div>`;
  return line ? `<div>${inline(line)}</div>` : `<div class="gap"></div>`;
}

// Lines that begin with `> ` stand together as one quote.
export function markdown(text) {
  const html = [];
  let quote = [];
  const close = () => {
    if (quote.length) html.push(`<discord-quote>${quote.map(block).join("")}</discord-quote>`);
    quote = [];
  };
  for (const line of String(text ?? "").split("\n")) {
    if (line === ">" || line.startsWith("> ")) quote.push(line.slice(2));
    else close(), html.push(block(line));
  }
  close();
  return html.join("");
}
