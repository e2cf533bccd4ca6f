/* The field for a keyboard-wedge scanner. Every code stays in a numbered list that is sent whole, so that codes which
   come faster than the server answers are not lost, and emptying the field never wipes the next one. */

const KEPT = 200;

function build(parent) {
  const label = document.createElement("label");
  const words = document.createElement("span");
  const input = document.createElement("input");
  input.type = "text";
  input.autocomplete = "off";
  input.spellcheck = false;
  input.reader = `${Date.now()}-${Math.random()}`;
  input.codes = [];
  input.total = 0;
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") {
      return;
    }
    event.preventDefault();
    const code = input.value.trim();
    input.value = "";
    if (code === "") {
      return;
    }
    input.total += 1;
    input.codes = [...input.codes, code].slice(-KEPT);
    input.send("scans", { reader: input.reader, total: input.total, codes: input.codes });
  });
  label.append(words, input);
  parent.append(label);
  return input;
}

/* Let nobody press a button with the line end of a scanner: after each answer the field has the focus again, unless
   somebody writes elsewhere. */
function isFree(active, isNew) {
  const idle = active === null || active === document.body;
  const pressed = "button:not([role=radio]), a";
  return idle || (active.matches(isNew ? `${pressed}, [role=radio]` : pressed) && active.closest("[role=dialog]") === null);
}

export default function scanField({ data, parentElement, setStateValue }) {
  const there = parentElement.querySelector("input");
  const input = there ?? build(parentElement);
  input.send = setStateValue;
  parentElement.querySelector("span").textContent = data.label;
  if (isFree(document.activeElement, there === null)) {
    input.focus();
  }
}
