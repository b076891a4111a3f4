package metadata

import "swarmsim/client"

// setInfo notes the dictionary, whose hash is right, and begins with its layers.
func (f *Fetcher) setInfo(info []byte) {
	f.info = info
	if f.cfg.Layers != nil {
		l, most := f.cfg.Layers(info)
		f.layers = l
		if most > 0 {
			f.layersUntil = f.now + most
		}
	}
	if f.layers != nil {
		for id := range f.neighbours {
			f.joinLayers(client.ConnID(id))
		}
		if f.layersUntil < client.Never && f.layers.Neighbours() == 0 {
			f.layersUntil = f.now
		}
	}
}

// joinLayers has a neighbour asked for layers if it knows version 2.
func (f *Fetcher) joinLayers(id client.ConnID) {
	if n := &f.neighbours[id]; f.layers != nil && n.live && n.shook && n.v2 {
		f.layers.Join(id)
	}
}

// requestLayers asks neighbours for layers.
func (f *Fetcher) requestLayers() {
	if f.layers != nil {
		f.layers.Ask(f.now, func(id client.ConnID, payload []byte) {
			f.send(id, client.Message{Kind: client.HashRequest, Data: payload})
		})
	}
}

// onHashes handles HASHES and HASH REJECT. It returns false if they are wrong.
func (f *Fetcher) onHashes(id client.ConnID, m *client.Message) bool {
	if f.layers == nil {
		return true
	}
	if m.Kind == client.HashReject {
		return f.layers.OnReject(f.now, id, m.Data)
	}
	return f.layers.OnHashes(f.now, id, m.Data)
}
