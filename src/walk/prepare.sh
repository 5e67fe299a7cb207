# What the steps find: images made from busybox, and files in the working folder.
set -e
bash "$(dirname "$(command -v talk)")/../clean.sh" >/dev/null 2>&1 || true
mkdir -p root/bin root/etc root/tmp root/data root/home/app
cp "$BUSYBOX" root/bin/busybox
for name in $("$BUSYBOX" --list); do [ -e "root/bin/$name" ] || ln -s busybox "root/bin/$name"; done
printf 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000:app:/home/app:/bin/sh\n' >root/etc/passwd
printf 'root:x:0:\napp:x:1000:\nextra:x:2000:app\n' >root/etc/group
echo from-image >root/data/seed
chmod 1777 root/tmp
tar -C root --sort=name --mtime=@1700000000 --owner=0 --group=0 --numeric-owner -cf root.tar .
docker import root.tar walk:1
docker import --change 'ENTRYPOINT ["echo","entry"]' --change 'CMD ["cmd"]' --change 'ENV A=image B=image' --change 'LABEL from=image' \
    --change 'USER app' --change 'WORKDIR /home/app' --change 'EXPOSE 80/tcp 81/udp' --change 'VOLUME /data' \
    --change 'STOPSIGNAL SIGUSR1' --change 'HEALTHCHECK --interval=1s CMD true' root.tar walk:full
printf 'A=file\n# comment\nFROM_FILE=1\n' >vars.env
printf 'label=file\nother.label=2\n' >labels.txt
mkdir -p tree/sub
echo one >tree/one; echo two >tree/sub/two; ln -s one tree/link
echo shared >"$SHARED_HERE/file"
