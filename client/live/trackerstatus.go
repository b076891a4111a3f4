package live

import (
	"net/url"
	"sync"
	"time"
)

// TrackerStatus is how the last announce to a tracker went.
type TrackerStatus struct {
	URL     string
	Time    time.Time // of the answer or the failure; zero before
	Err     error     // why there was no answer, or why the tracker is not used; nil if there was one
	Peers   int       // addresses in the answer
	Warning string    // in the answer
}

// Host returns the tracker's host. The rest of a URL may hold the user's key.
func (s *TrackerStatus) Host() string {
	if u, err := url.Parse(s.URL); err == nil && u.Host != "" {
		return u.Host
	}
	return "a tracker"
}

// trackerStatuses are those of a torrent's trackers.
type trackerStatuses struct {
	mu  sync.Mutex
	all []TrackerStatus
}

// set changes the status of a tracker.
func (s *trackerStatuses) set(x TrackerStatus) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.all {
		if s.all[i].URL == x.URL {
			s.all[i] = x
			return
		}
	}
	s.all = append(s.all, x)
}

// Trackers returns the status of each tracker that has been asked, or that is not used.
func (t *Torrent) Trackers() []TrackerStatus {
	t.statuses.mu.Lock()
	defer t.statuses.mu.Unlock()
	return append([]TrackerStatus(nil), t.statuses.all...)
}
