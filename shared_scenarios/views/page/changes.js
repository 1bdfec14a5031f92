function changesView() { return el("p"); }
