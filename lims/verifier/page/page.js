// What the reader sees: three files, a language, the verdict with its reasons.

import { Refusal } from "./bytes.js";
import { momentText, spoken } from "./speaking.js";
import { readTrust } from "./trust.js";
import { verify } from "./verdict.js";

const LARGEST_FILE = 200 * 2 ** 20;
const KINDS = ["report", "receipt", "trust"];
const SIGNS = { equal: "=", differs: "≠", "not possible": "–" };
const chosen = { report: null, receipt: null, trust: null };
let language = null;
let shownResult = null;
let shownNotice = null;
let run = 0;

function element(name) {
  return document.getElementById(name);
}

function made(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function say(key, facts) {
  return spoken(WORDS[language], { key, facts });
}

function kindOf(name, bytes) {
  // A dropped file tells by its beginning what it is.
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1024));
  if (head.includes("%PDF-")) return "report";
  if (head.trimStart().startsWith("{") || /^\u00e2\u20ac\u201d |^\u00e2\u0080\u0094 /m.test(head)) return "receipt";
  if (head.includes("-----BEGIN") || /^[^+\s]+\+[0-9a-f]{8}\+/m.test(head)) return "trust";
  return name.toLowerCase().endsWith(".pdf") ? "report" : null;
}

async function take(file, place) {
  if (file.size > LARGEST_FILE) {
    notify({ key: "too large", facts: { name: file.name } });
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const kind = place ?? kindOf(file.name, bytes);
  if (kind === null) {
    notify({ key: "unknown file", facts: { name: file.name } });
    return;
  }
  chosen[kind] = { name: file.name, bytes };
  shownNotice = null;
}

async function takeAll(files, place) {
  for (const file of files) await take(file, place);
  show();
  await check();
}

function notify(notice) {
  shownNotice = notice;
}

async function check() {
  run += 1;
  const mine = run;
  shownResult = null;
  if (chosen.report === null) {
    show();
    return;
  }
  element("status").textContent = say("checking");
  await new Promise((resolve) => setTimeout(resolve, 30));
  if (mine !== run) return;
  try {
    shownResult = examine();
  } catch (error) {
    shownNotice = { key: error instanceof Refusal ? "bad trust" : "bad program", facts: { words: String(error.message ?? error) } };
  }
  show();
}

function examine() {
  const trust = chosen.trust?.bytes ?? null;
  if (trust !== null) readTrust(trust);
  const at = Date.now();
  const found = verify({ pdf: chosen.report.bytes, brought: chosen.receipt?.bytes ?? null, trust, at });
  return { ...found, file: chosen.report.name, at };
}

function show() {
  const words = WORDS[language];
  document.documentElement.lang = language;
  document.title = words.title;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = words[node.dataset.word];
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", words[node.dataset.label]);
  for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
  for (const kind of KINDS) element(`${kind}-name`).textContent = chosen[kind]?.name ?? words["none chosen"];
  element("status").textContent = shownNotice === null ? "" : spoken(words, shownNotice);
  element("result").hidden = shownResult === null;
  if (shownResult !== null) showResult(shownResult);
}

function showResult(result) {
  const { verdict, supersededBy } = result;
  const box = element("verdict");
  box.dataset.verdict = verdict;
  element("verdict-word").textContent = say(verdict) + (supersededBy ? ` ${say("by", { number: supersededBy })}` : "");
  element("verdict-code").textContent = verdict;
  element("verdict-meaning").textContent = say(`${verdict} means`);
  for (const sign of box.querySelectorAll("svg")) sign.toggleAttribute("hidden", sign.dataset.sign !== verdict);
  element("reasons").replaceChildren(...result.reasons.map((reason) => made("li", spoken(WORDS[language], reason))));
  element("checks").replaceChildren(...result.checks.map(checkRow));
  element("checks-part").hidden = !result.checks.length;
  element("facts").replaceChildren(...factRows(result));
  element("machine").textContent = JSON.stringify(machineResult(result), null, 1);
}

function checkRow({ name, state, words }) {
  const row = document.createElement("tr");
  row.dataset.state = state;
  const outcome = made("td", "");
  outcome.append(made("span", SIGNS[state], { class: "sign", "aria-hidden": "true" }), ` ${say(state)}`);
  row.append(made("th", say(name), { scope: "row" }), outcome, made("td", words.map((one) => spoken(WORDS[language], one)).join(" ")));
  return row;
}

function factRows({ file, sha256, number, level, at }) {
  const facts = [
    ["file", file],
    ["sha256", sha256],
    ["number", number ?? say("none")],
    ["level", level ?? say("none")],
    ["checked at", `${momentText(at)} (${say("clock")})`],
  ];
  return facts.flatMap(([key, value]) => [made("dt", say(key)), made("dd", value)]);
}

function machineResult({ file, verdict, supersededBy, reasons, sha256, number, level, checks }) {
  const sentences = (list) => list.map((one) => spoken(WORDS[language], one));
  return {
    file,
    verdict,
    ...(supersededBy ? { superseded_by: supersededBy } : {}),
    reasons: sentences(reasons),
    sha256,
    report: number,
    level,
    language,
    checks: checks.map(({ name, state, words }) => ({ name, state, words: sentences(words).join(" ") })),
  };
}

function speak(wanted) {
  language = wanted;
  show();
}

function begin() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.textContent = WORDS[button.dataset.language].name;
    button.addEventListener("click", () => speak(button.dataset.language));
  }
  for (const kind of KINDS) element(kind).addEventListener("change", (event) => takeAll([...event.target.files], kind));
  element("print").addEventListener("click", () => window.print());
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => onDrag(event, true));
  document.addEventListener("dragleave", (event) => onDrag(event, event.relatedTarget !== null));
  document.addEventListener("drop", (event) => {
    onDrag(event, false);
    takeAll([...event.dataTransfer.files], null);
  });
  const preferred = navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in WORDS);
  speak(preferred ?? "en");
}

function onDrag(event, over) {
  event.preventDefault();
  element("drop").classList.toggle("over", over);
}

begin();
