package results

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// temporaryMark stands in the name of every temporary file and folder: .NAME.making-N.
const temporaryMark = ".making-"

var temporaryName = regexp.MustCompile(`^\..+\` + temporaryMark + `[0-9]+$`)

// isTemporary reports whether entry is a temporary name of the file name.
func isTemporary(entry, name string) bool {
	number, ok := strings.CutPrefix(entry, "."+name+temporaryMark)
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}

// RemoveTemporaryFiles removes the temporary files that killed processes left in a
// folder. Files that are still being written are locked, and stay.
func RemoveTemporaryFiles(dir string) {
	removeUnlocked(dir, func(e fs.DirEntry) bool { return e.Type().IsRegular() }, func(path string) { os.Remove(path) })
}

// removeTemporaryFolders removes the temporary folders of runs that were killed. Only
// files that a run writes are removed; a folder that holds others stays.
func removeTemporaryFolders(parent string) {
	removeUnlocked(parent, fs.DirEntry.IsDir, func(path string) {
		removeFiles(path, runFiles)
		os.Remove(path) // fails if it is not empty
	})
}

// removeUnlocked calls remove for the temporary entries of a folder of the wanted type
// that no process has locked.
func removeUnlocked(dir string, wanted func(fs.DirEntry) bool, remove func(path string)) {
	entries, err := os.ReadDir(dir)
	if err != nil || !locksFolders {
		return
	}
	for _, e := range entries {
		if !wanted(e) || !temporaryName.MatchString(e.Name()) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if f, err := os.Open(path); err == nil {
			if lock(f) {
				remove(path)
			}
			f.Close()
		}
	}
}

// removeFiles removes the files of a folder that have one of the names, and their
// temporary versions.
func removeFiles(dir string, names []string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		ours := slices.ContainsFunc(names, func(name string) bool { return e.Name() == name || isTemporary(e.Name(), name) })
		if ours && !e.IsDir() {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return err
}
