// The file of spectra, written again from the data.

import { Decimal } from "./decimal.js";

export function spectraText(content) {
  // As the report attaches it; null where no component is named.
  const named = content.runs.flatMap((run) => run.components.filter((one) => one.identity).map((component) => ({ run, component })));
  if (!named.length) return null;
  return named.flatMap(({ run, component }) => [...record(content, run, component), ""]).join("\n");
}

function record(content, run, { number, retention_time_s: time, identity }) {
  const peaks = identity.measured.map(({ mz, intensity }) => `${decimalText(mz)} ${decimalText(Decimal.read(intensity).number)}`);
  return [
    `Name: ${oneLine(`${identity.name} (report ${content.number})`)}`,
    `Comment: ${oneLine(`casework spectrum; run ${run.number}, component ${number}, file ${run.file_name}`)}`,
    `Retention time (s): ${time}`,
    ...(identity.inchikey === null ? [] : [`InChIKey of the identified substance: ${oneLine(identity.inchikey)}`]),
    ...(run.simulation_statement ? [`Simulated data: ${oneLine(run.simulation_statement)}`] : []),
    `Num Peaks: ${peaks.length}`,
    ...peaks,
  ];
}

function oneLine(text) {
  return text.split(/[\s\x1c-\x1f\x85]+/).filter(Boolean).join(" ");
}

function decimalText(number) {
  return Number.isInteger(number) ? `${number}.0` : String(number);
}
