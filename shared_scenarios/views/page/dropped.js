function listenForFiles() {}
