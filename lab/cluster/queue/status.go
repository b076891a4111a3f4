package queue

import (
	"encoding/json"
	"fmt"
	"time"

	"swarmsim/lab/cluster"
)

// Status asks a server for its status.
func Status(l Link) (*cluster.Status, error) {
	nc, err := l.connect("swarmsim sweep status")
	if err != nil {
		return nil, err
	}
	defer nc.Close()
	m, err := nc.Request(namesOf(l.Queue).subject("status"), nil, 10*time.Second)
	if err != nil {
		return nil, fmt.Errorf("%s: no swarmsim sweep serves the queue %s there", l.URL, l.Queue)
	}
	var s cluster.Status
	if err := json.Unmarshal(m.Data, &s); err != nil {
		return nil, fmt.Errorf("%s: its answer is no status: %w", l.URL, err)
	}
	return &s, nil
}
