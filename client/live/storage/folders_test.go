package storage

import (
	"os"
	"path/filepath"
	"testing"
)

// Stores in one folder share it, also under another spelling of its path, until the last one is closed.
func TestFoldersAreShared(t *testing.T) {
	var f folders
	dir := filepath.Join(t.TempDir(), "downloads")
	one, err := f.get(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	two, err := f.get(dir+"/./", false)
	if err != nil || one != two {
		t.Errorf("the folder is open twice, %v", err)
	}
	if err := one.Close(); err != nil {
		t.Error(err)
	}
	if _, err := two.Stat("."); err != nil {
		t.Errorf("the folder was closed under its other user: %v", err)
	}
	if err := two.Close(); err != nil || len(f.open) > 0 {
		t.Errorf("%d folders stay open, %v", len(f.open), err)
	}
}

// A folder that was removed and made again is opened again.
func TestReplacedFolderIsOpenedAgain(t *testing.T) {
	var f folders
	dir := filepath.Join(t.TempDir(), "downloads")
	old, err := f.get(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, dir+".old"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.get(dir, false); err == nil {
		t.Error("a folder that is not there was opened")
	}
	new, err := f.get(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := new.MkdirAll("here", 0o777); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "here")); err != nil {
		t.Error(err)
	}
	for _, x := range []folder{old, new} {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
	if len(f.open) > 0 {
		t.Error("a folder stays open")
	}
}
