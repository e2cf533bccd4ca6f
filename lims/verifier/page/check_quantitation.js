// Concentrations, from the calibration that the data of the report hold.

import { said, Tally } from "./check_result.js";

export function checkQuantitation() {
  const tally = new Tally("quantitation");
  return tally.result(said("quantitation equal"), said("no calibration"));
}
