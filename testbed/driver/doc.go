// Package driver runs known BitTorrent clients as processes: Transmission, aria2, libtorrent,
// qBittorrent, rtorrent, webtorrent, anacrolix/torrent and swarmsim itself. Package testbed builds
// measured swarms from them, and the interop tests mix them with the client of this project.
//
// # Usage
//
//	d, _ := driver.Named("libtorrent")
//	version, err := d.Installed(ctx) // a *MissingError names what to install
//	p, err := d.Start(ctx, driver.Job{
//		Torrent: "x.torrent", Folder: "out", Work: "tmp",
//		Listen: netip.MustParseAddrPort("10.77.0.2:6881"),
//	})
//	<-p.Done() // the content is complete
//	err = p.Stop(ctx)
//
// # Contract
//
// Every socket of a client is bound to the address of Job.Listen, except webtorrent's, which
// cannot bind. A client runs with its defaults but for what Job sets: discovery other than by
// the tracker is off, encryption and limits are as the job says. Check refuses in words what a
// client cannot do. Done, Exited and Progress may be used from any goroutine.
//
// The drivers know nothing of network namespaces: Job.Spawn starts the process and Job.Dial
// reaches its control port where they are not those of the caller.
//
// # Limits
//
// Progress is as exact as the client's own reports: libtorrent, anacrolix and webtorrent report
// the moment of completion, the others are asked every Job.Interval. Transmission never dials
// addresses in 127.0.0.0/8. aria2 accepts encrypted connections even if encryption is off.
package driver
