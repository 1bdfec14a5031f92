function chooseView() { return el("p"); }
