// Words in the reader's language, from their key and their facts.

export function spoken(words, { key, facts = {} }) {
  const template = words[key] ?? key;
  return template.replace(/\{(\w+)\}/g, (_, name) => shown(words, name, facts[name]));
}

function shown(words, name, value) {
  if (value === null || value === undefined) return words.none;
  if (name === "moment") return momentText(value);
  if (typeof value === "object" && typeof value.key === "string") return spoken(words, value);
  return String(value);
}

export function momentText(milliseconds) {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
