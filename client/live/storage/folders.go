package storage

import (
	"os"
	"path/filepath"
	"sync"
)

// folders are the download folders of a pool's stores. A folder is open once, however many torrents are in
// it.
type folders struct {
	mu   sync.Mutex
	open map[string]*sharedFolder
}

// sharedFolder is a folder that several stores use, each of which closes it.
type sharedFolder struct {
	rootFolder
	owner *folders
	name  string
	users int
}

// get opens a folder, which it makes if create is set.
func (f *folders) get(name string, create bool) (folder, error) {
	name, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.open[name]
	if s == nil || !s.isAt(name) {
		opened, err := openFolder(name, create)
		if err != nil {
			return nil, err
		}
		s = &sharedFolder{rootFolder: opened.(rootFolder), owner: f, name: name}
		if f.open == nil {
			f.open = map[string]*sharedFolder{}
		}
		f.open[name] = s
	}
	s.users++
	return s, nil
}

// isAt reports whether a path still leads to the folder, which may have been replaced.
func (s *sharedFolder) isAt(path string) bool {
	now, err := os.Stat(path)
	if err != nil {
		return false
	}
	then, err := s.Stat(".")
	return err == nil && os.SameFile(now, then)
}

// Close closes the folder when its last user does.
func (s *sharedFolder) Close() error {
	f := s.owner
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.users--; s.users > 0 {
		return nil
	}
	if f.open[s.name] == s {
		delete(f.open, s.name)
	}
	return s.rootFolder.Close()
}
