// Thanks on a citizen's own phone: the receipt code comes behind the # of the address, the part
// that a browser sends to nobody.

import { showReceipt } from "./receipt.js";

showReceipt(document, location.hash.slice(1));
